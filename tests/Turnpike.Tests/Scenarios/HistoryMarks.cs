using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>The history stands where the template puts it, between system messages too.</summary>
public sealed class HistoryMarks
{
    private static PromptMessage Says(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };

    public static TheoryData<Prompt, string[]> Prompts => new()
    {
        { new() { Messages = [Says("system", "First."), new() { Role = "history" }, Says("system", "Late.")] }, ["one"] },
        { new() { Messages = [Says("system", "First."), new() { Role = "history" }, Says("system", "Late."), Says("user", "Say")] }, ["Say\n\none"] },
        { PromptFile.Parse("{{role \"system\"}}First.{{history}}{{role \"system\"}}Late."), ["one"] },
    };

    [Theory]
    [MemberData(nameof(Prompts), DisableDiscoveryEnumeration = true)]
    public async Task A_system_message_behind_the_history_stays_behind_it(Prompt prompt, string[] typed)
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "one" });
        Assert.Equal(["system: First.", "system: Late.", $"user: {typed[0]}"], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two" });
        Assert.Equal(["system: First.", $"user: {typed[0]}", "assistant: ok", "system: Late.", "user: two"], road.Model.Last.Transcript);
    }
}
