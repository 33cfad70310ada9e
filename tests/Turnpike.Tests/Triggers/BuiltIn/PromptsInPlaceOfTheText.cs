using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary><c>@.prompt.use</c> of the prompt that the turn has anyway.</summary>
public sealed class PromptsInPlaceOfTheText
{
    private static Dictionary<string, JsonElement> French => new() { ["language"] = JsonSerializer.SerializeToElement("French") };

    private static async Task<Road> RoadAsync(bool saysMore)
    {
        var road = new Road();
        await road.SaveAsync(new() { Key = "tutor", Messages = [Says("system", "You teach {{language}}."), .. saysMore ? [Says("user", "Explain in {{language}}: {{input}}")] : (PromptMessage[])[]], Variables = [new() { Name = "language", Required = true }] });
        return road;
    }

    private static PromptMessage Says(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };

    [Theory]
    [InlineData("@.prompt.use tutor; More", false, "user: More")]
    [InlineData("@.prompt.use! tutor; More", false, "user: More")]
    [InlineData("@.prompt.use tutor language=Dutch; More", false, "user: You teach Dutch.\n\nMore")]
    [InlineData("@.prompt.use tutor; More", true, "user: Explain in French: More")]
    [InlineData("@.prompt.use! tutor; More", true, "user: Explain in French: More")]
    [InlineData("@.prompt.use tutor language=Dutch; More", true, "user: You teach Dutch.\n\nExplain in Dutch: More")]
    public async Task What_its_system_text_says_already_is_not_said_again_with_the_text(string content, bool saysMore, string sent)
    {
        await using var road = await RoadAsync(saysMore);
        var first = await road.RunAsync(new TurnRequest { Prompt = new PromptReference { Id = "tutor" }, Variables = French, Content = "Hello" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = content });
        Assert.Equal(["system: You teach French.", saysMore ? "user: Explain in French: Hello" : "user: Hello", "assistant: ok", sent], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task So_it_is_in_the_first_turn()
    {
        await using var road = await RoadAsync(saysMore: true);
        await road.RunAsync(new TurnRequest { Prompt = new PromptReference { Id = "tutor" }, Variables = French, Content = "@.prompt.use tutor; Hello" });
        Assert.Equal(["system: You teach French.", "user: Explain in French: Hello"], road.Model.Last.Transcript);
    }
}
