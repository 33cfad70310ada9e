using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>Values that are typed are for every prompt of the turn: its own, its agent, and the one whose text takes the place of what was typed.</summary>
public sealed class VariablesByTrigger
{
    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);

    private static Prompt Says(string key, string role, string text, params VariableDefinition[] variables) => new() { Key = key, Messages = [new() { Role = role, Content = [new() { Type = "text", Text = text }] }], Variables = variables };

    private static async Task<Road> RoadAsync()
    {
        var road = new Road();
        await road.SaveAsync(Says("guide", "system", "You guide, {{tone}}.", new VariableDefinition { Name = "tone", Type = VariableType.Enum, Options = [Json("cool"), Json("warm")], Default = Json("cool") }));
        await road.SaveAsync(Says("greet", "user", "Greet {{who}}: {{input}}", new VariableDefinition { Name = "who", Required = true }));
        await road.SaveAsync(Says("vault", "system", "Key {{code}}.", new VariableDefinition { Name = "code", Required = true, Secret = true }));
        await road.SaveAsync(Says("count", "system", "Count {{tone}}.", new VariableDefinition { Name = "tone", Type = VariableType.Integer }));
        return road;
    }

    private static async Task<IReadOnlyList<string>> SentAsync(params string[] typed)
    {
        await using var road = await RoadAsync();
        string? conversation = null;
        foreach (var content in typed)
        {
            var turn = await road.RunAsync(new TurnRequest { Conversation = conversation, Content = content });
            Assert.Empty(turn.Warnings);
            conversation = turn.Conversation;
        }
        return road.Model.Last.Transcript;
    }

    [Theory]
    [InlineData("@.agent.use guide; @.vars.set tone=warm; Hi")]
    [InlineData("@.vars.set tone=warm; @.agent.use guide; Hi")]
    [InlineData("@.vars.set tone=cool; @.agent.use guide; @.vars.set tone=warm; Hi")]
    public async Task An_agent_takes_them_wherever_it_stands_in_the_text(string content)
    {
        await using var road = await RoadAsync();
        await road.RunAsync(content);
        Assert.Equal(["system: You guide, warm.", "user: Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_agent_of_a_conversation_takes_them_for_the_turn_also_over_what_it_was_given_and_for_good_with_the_mark()
    {
        Assert.Equal("system: You guide, warm.", (await SentAsync("@.agent.use! guide; One", "@.vars.set tone=warm; Two"))[0]);
        Assert.Equal("system: You guide, warm.", (await SentAsync("@.agent.use! guide tone=cool; One", "@.vars.set tone=warm; Two"))[0]);
        Assert.Equal("system: You guide, cool.", (await SentAsync("@.agent.use! guide; One", "@.vars.set tone=warm; Two", "Three"))[0]);
        Assert.Equal("system: You guide, warm.", (await SentAsync("@.agent.use! guide; One", "@.vars.set! tone=warm; Two", "Three"))[0]);
    }

    [Theory]
    [InlineData("@.prompt.use greet; @.vars.set who=Al; Hi")]
    [InlineData("@.vars.set who=Al; @.prompt.use greet; Hi")]
    [InlineData("@.vars.set who=Bo; @.prompt.use greet who=Al; Hi")]
    public async Task A_used_prompt_takes_them_too_though_it_needs_them(string content) => Assert.Equal(["user: Greet Al: Hi"], await SentAsync(content));

    [Fact]
    public async Task The_turns_own_prompt_and_its_agent_take_each_its_own()
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(new TurnRequest { Prompt = "greet", Content = "@.vars.set who=Al tone=warm; @.agent.use guide; Hi" });
        Assert.Equal(["system: You guide, warm.", "user: Greet Al: Hi"], road.Model.Last.Transcript);
        Assert.Empty(turn.Warnings);
    }

    [Theory]
    [InlineData("@.vars.set tone=hot; @.agent.use guide; Hi", "@.vars.set tone=hot; Hi", "must be one of")]
    [InlineData("@.agent.use count; @.vars.set tone=warm; Hi", "@.vars.set tone=warm; Hi", "whole number")]
    [InlineData("@.vars.set tune=warm; @.agent.use guide; Hi", "@.vars.set tune=warm; Hi", "Did you mean \"tone\"?")]
    [InlineData("@.vars.set who=Al; @.prompt.use greet; @.vars.set nobody=1; Hi", "@.vars.set nobody=1; Hi", "called \"nobody\"")]
    public async Task What_does_not_fit_one_of_them_stays_text(string content, string left, string why)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(content);
        Assert.EndsWith(left, road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Contains(why, Assert.Single(turn.Warnings, warning => warning.Code == "trigger_invalid").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_counted_on_a_value_that_failed_stays_text_too()
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync("@.prompt.use greet; @.vars.set who=Al nobody=1; Hi");
        Assert.Equal(["user: @.prompt.use greet; @.vars.set who=Al nobody=1; Hi"], road.Model.Last.Transcript);
        Assert.Equal(["invalid", "invalid"], turn.Triggers.Select(trigger => trigger.Outcome));
    }

    [Theory]
    [InlineData("@.agent.use vault; @.vars.set code=hunter2; Hi")]
    [InlineData("@.vars.set code=hunter2; @.agent.use vault; Hi")]
    public async Task A_secret_of_an_agent_is_one_for_the_trace_too(string content)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(content);
        Assert.Equal("system: Key hunter2.", road.Model.Last.Transcript[0]);
        var preview = await road.Runner.PreviewAsync(new() { Content = content }, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hunter2", JsonSerializer.Serialize(turn, Turnpike.Turns.Json.TurnpikeJson.Relaxed.Turn), StringComparison.Ordinal);
        Assert.DoesNotContain(preview.Draft.Trace.Stations(), station => station.Changes.Any(change => $"{change.Before} {change.After}".Contains("hunter2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Completion_offers_the_names_of_all_of_them()
    {
        await using var road = await RoadAsync();
        var first = await road.RunAsync("@.agent.use! guide; One");
        const string Text = "@.prompt.use greet who=Al; @.vars.set ";
        var items = await road.Get<TriggerCompletion>().CompleteAsync(Text, Text.Length, null, await road.ConversationAsync(first.Conversation), TestContext.Current.CancellationToken);
        Assert.Equal(["tone", "who"], items.Select(item => item.Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_prompt_that_stays_sends_its_template_once()
    {
        await using var road = await RoadAsync();
        var first = await road.RunAsync("@.prompt.use! greet who=Al; One");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Two" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Three" });
        Assert.Equal(["user: Greet Al: One", "assistant: ok", "user: Two", "assistant: ok", "user: Three"], road.Model.Last.Transcript);
        await road.RunAsync(await road.Get<Turnpike.Pipeline.TurnBranches>().RegenerateAsync(first.Id, new(), TestContext.Current.CancellationToken));
        Assert.Equal(["user: Greet Al: One"], road.Model.Last.Transcript);
        Assert.Equal("greet", (await road.Get<Turnpike.Turns.Stores.ITurnStore>().FindAsync(first.Id, TestContext.Current.CancellationToken))!.Used?.Key);
    }
}
