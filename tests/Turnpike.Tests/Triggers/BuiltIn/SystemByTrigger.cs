using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>What <c>@.system.set</c> puts in the place of all system text, in its turn and, where it is sticky, in those behind it.</summary>
public sealed class SystemByTrigger
{
    private static readonly Prompt Speaking = new() { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "PROMPT" }] }] };

    [Fact]
    public async Task Kept_for_a_conversation_it_stands_under_the_prompt_s_and_the_turn_that_sets_it_says_so()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Prompt = Speaking, Content = "@.system.set! \"ONLY THIS\"; Hi" });
        Assert.Equal("system: ONLY THIS", road.Model.Last.Transcript[0]);
        var warning = Assert.Single(first.Warnings);
        Assert.Equal(("system_under_prompt", new TextSpan(0, 26)), (warning.Code, warning.Span));
        Assert.StartsWith("This replaces the system text of the prompt in this turn only", warning.Message, StringComparison.Ordinal);
        var second = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Again" });
        Assert.Equal("system: ONLY THIS\n\nPROMPT", road.Model.Last.Transcript[0]);
        Assert.Empty(second.Warnings);
    }

    [Theory]
    [InlineData("@.system.set! \"ONLY THIS\"; Hi", false)]
    [InlineData("@.system.set \"ONLY THIS\"; Hi", true)]
    [InlineData("@.system.append! \"ONLY THIS\"; Hi", true)]
    public async Task What_stays_as_it_says_needs_no_warning(string content, bool hasPrompt)
    {
        await using var road = new Road();
        Assert.Empty((await road.RunAsync(new TurnRequest { Prompt = hasPrompt ? Speaking : (PromptReference?)null, Content = content })).Warnings);
    }

    [Fact]
    public async Task Nothing_in_quotes_takes_what_was_kept_away()
    {
        await using var road = new Road();
        var first = await road.RunAsync("@.system.set! \"ONLY THIS\"; Hi");
        var second = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "@.system.set! \"\"; Two" });
        Assert.Equal("applied", Assert.Single(second.Triggers).Outcome);
        Assert.Equal(["user: Hi", "assistant: ok", "user: Two"], road.Model.Last.Transcript);
        Assert.Null((await road.ConversationAsync(first.Conversation)).System);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Three" });
        Assert.Equal("user: Hi", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Nothing_in_quotes_is_no_system_text_for_one_turn()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Prompt = Speaking, Content = "@.system.set \"\"; Hi" });
        Assert.Equal(["user: Hi"], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Two" });
        Assert.Equal("system: PROMPT", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Nothing_in_quotes_adds_nothing()
    {
        await using var road = new Road();
        Assert.Equal("trigger_invalid", Assert.Single((await road.RunAsync("@.system.append \"\"; Hi")).Warnings).Code);
    }
}
