using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

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
        await road.Get<IConversationStore>().AddAsync(conversation, TestContext.Current.CancellationToken);
        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new TurnRequest { Conversation = "conv_1", Content = "@.params.temp! 0.3;" })).Code);
        Assert.Equal(0.3, (await road.ConversationAsync("conv_1")).Parameters?.Temperature);
        Assert.Empty(road.Model.Requests);
    }

    [Theory]
    [InlineData("@.agent.use! reviewer;", "reviewer", null, 0)]
    [InlineData("@.agent.clear!;", null, null, 0)]
    [InlineData("@.prompt.use! quiet;", "guide", "quiet", 0)]
    [InlineData("@.resource.drop! res_1;", "guide", null, 1)]
    public async Task So_do_those_that_choose_an_agent_or_a_prompt_or_drop_what_is_attached(string typed, string? agent, string? prompt, int attached)
    {
        await using var road = new Road();
        var guide = await road.SaveAsync(Told("guide", "system", "You guide."));
        await road.SaveAsync(Told("reviewer", "system", "You review."));
        await road.SaveAsync(Told("quiet", "user", "{{input}}"));
        var conversation = new Conversation { Id = "conv_1", Agent = new(guide, new Dictionary<string, JsonElement>()), Resources = [.. Enumerable.Range(1, attached).Select(n => new Resource { Id = $"res_{n}", Kind = "note", Text = "A", Policy = ResourcePolicy.Sticky })] };
        await road.Get<IConversationStore>().AddAsync(conversation, TestContext.Current.CancellationToken);
        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new TurnRequest { Conversation = "conv_1", Content = typed })).Code);
        var kept = await road.ConversationAsync("conv_1");
        Assert.Equal((agent, prompt, 0), (kept.Agent?.Prompt.Key, kept.Prompt?.Key, kept.Resources.Count));
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
    public async Task Help_takes_neither_the_template_nor_what_is_attached_from_the_turn_that_follows()
    {
        await using var road = new Road();
        var sum = Told("sum", "user", "Sum this up.") with { Resources = [new() { Id = "res_1", Kind = "note", Text = "A" }] };
        var help = await road.RunAsync(new TurnRequest { Prompt = sum, Content = "@.help;", Resources = [new() { Id = "res_2", Kind = "note", Text = "B" }] });
        Assert.Contains("@.help", help.Answer, StringComparison.Ordinal);
        await road.RunAsync(new TurnRequest { Conversation = help.Conversation, Content = "@.help;" });
        Assert.Empty(road.Model.Requests);
        await road.RunAsync(new TurnRequest { Conversation = help.Conversation, Content = "Hi" });
        Assert.Equal(["user: Sum this up.\n\nHi <resources>\n<resource kind=\"note\" id=\"res_1\">\nA\n</resource>\n<resource kind=\"note\" id=\"res_2\">\nB\n</resource>\n</resources>"], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = help.Conversation, Content = "More" });
        Assert.Equal((3, "user: More"), (road.Model.Last.Transcript.Count, road.Model.Last.Transcript[^1]));
        Assert.Empty((await road.ConversationAsync(help.Conversation)).Resources);
    }

    private static Prompt Told(string key, string role, string text) => new() { Key = key, Messages = [new() { Role = role, Content = [new() { Type = "text", Text = text }] }] };

    [Fact]
    public async Task Values_of_the_first_request_need_not_be_repeated()
    {
        await using var road = new Road();
        var prompt = new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Guide to {{city}}." }] }], Variables = [new() { Name = "city", Required = true }] };
        var first = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi", Variables = new Dictionary<string, JsonElement> { ["city"] = JsonSerializer.SerializeToElement("Oslo") } });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?" });
        Assert.Equal("system: Guide to Oslo.", road.Model.Last.Transcript[0]);
    }
}
