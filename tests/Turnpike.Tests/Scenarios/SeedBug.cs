using Microsoft.Extensions.AI;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>The fault that this project began with: a trigger's effect came after the request had been built.</summary>
public sealed class SeedBug
{
    [Fact]
    public async Task Two_triggers_in_an_existing_conversation_reach_the_provider_and_neither_stays_in_the_text()
    {
        await using var road = new Road(builder => builder.AddTool((string query) => "found", "webSearch", "Searches the web."));
        var first = await road.RunAsync("Hello");

        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "@.params.temp 0.8; What changed in .NET 10?\n@.tools.activate webSearch\n" });

        Assert.Equal(["webSearch"], road.Model.Last.Tools);
        Assert.Equal(0.8f, road.Model.Last.Options.Temperature);
        Assert.Equal(["user: Hello", "assistant: ok", "user: What changed in .NET 10?"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_turn_keeps_the_text_as_typed_and_what_each_trigger_did()
    {
        await using var road = new Road();
        var turn = await road.RunAsync("@.params.temp 0.8; Hi");
        Assert.Equal(("@.params.temp 0.8; Hi", "Hi"), (turn.Content, turn.CleanedContent));
        var trigger = Assert.Single(turn.Triggers);
        Assert.Equal(("params.temp", "applied", new TextSpan(0, 18)), (trigger.Trigger, trigger.Outcome, trigger.Span));
        Assert.Equal(ChatRole.User, turn.Messages[0].Role);
    }

    [Fact]
    public async Task A_sticky_trigger_becomes_the_setting_of_the_conversation()
    {
        await using var road = new Road();
        var first = await road.RunAsync("@.params.temp! 0.3; Hi");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Again" });
        Assert.Equal(0.3f, road.Model.Last.Options.Temperature);
        Assert.Equal(0.3, (await road.ConversationAsync(first.Conversation)).Parameters?.Temperature);
    }

    [Fact]
    public async Task A_trigger_that_is_not_sticky_acts_on_its_turn_alone()
    {
        await using var road = new Road();
        var first = await road.RunAsync("@.params.temp 0.3; Hi");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Again" });
        Assert.Null(road.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task A_sticky_trigger_counts_even_when_there_is_nothing_to_send_with_it()
    {
        await using var road = new Road();
        var conversation = new Conversation { Id = "conv_1" };
        await road.Get<Turnpike.Turns.Stores.IConversationStore>().AddAsync(conversation, TestContext.Current.CancellationToken);
        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new TurnRequest { Conversation = "conv_1", Content = "@.params.temp! 0.3;" })).Code);
        Assert.Equal(0.3, (await road.ConversationAsync("conv_1")).Parameters?.Temperature);
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task A_turn_that_only_asked_for_help_is_not_sent_again()
    {
        await using var road = new Road();
        var help = await road.RunAsync("@.help;");
        Assert.Empty(road.Model.Requests);
        await road.RunAsync(new TurnRequest { Conversation = help.Conversation, Content = "Hi" });
        Assert.Equal(["user: Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Values_of_the_first_request_need_not_be_repeated()
    {
        await using var road = new Road();
        var prompt = new Turnpike.Prompts.Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Guide to {{city}}." }] }], Variables = [new() { Name = "city", Required = true }] };
        var first = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi", Variables = new Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonSerializer.SerializeToElement("Oslo") } });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?" });
        Assert.Equal("system: Guide to Oslo.", road.Model.Last.Transcript[0]);
    }
}
