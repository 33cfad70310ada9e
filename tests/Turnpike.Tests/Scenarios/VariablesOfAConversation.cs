using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Tests.Triggers;
using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>What is given when a prompt starts need not be given again.</summary>
public sealed class VariablesOfAConversation
{
    private static Prompt About(string key) => new()
    {
        Key = key,
        Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = $"{key} to {{{{city}}}}." }] }],
        Variables = [new() { Name = "city", Required = true }],
    };

    private static Dictionary<string, JsonElement> City(string name) => new() { ["city"] = JsonSerializer.SerializeToElement(name) };

    private static async Task<string> SystemAsync(Road road, TurnRequest request)
    {
        await road.RunAsync(request);
        return road.Model.Last.Transcript[0];
    }

    [Fact]
    public async Task A_default_JsonElement_is_no_value()
    {
        await using var road = new Road();
        await road.SaveAsync(About("Trip") with { Variables = [new() { Name = "city", Default = JsonSerializer.SerializeToElement("Oslo") }] });
        Assert.Equal("system: Trip to Oslo.", await SystemAsync(road, new() { Prompt = "Trip", Content = "Hi", Variables = new Dictionary<string, JsonElement> { ["city"] = default }, IdempotencyKey = "k" }));
        await road.SaveAsync(About("Walk"));
        var error = await road.RefusedAsync(new() { Prompt = "Walk", Content = "Hi", Variables = new Dictionary<string, JsonElement> { ["city"] = default } });
        Assert.Equal((TurnErrorCode.VariableMissing, "city"), (error.Code, Assert.Single(error.Variables).Name));
    }

    private static async Task<Road> PinnedAsync(params ITriggerNamespace[] triggers)
    {
        var road = new Road(builder => Array.ForEach(triggers, space => builder.AddTriggers(space)));
        var guide = await road.SaveAsync(About("guide"));
        await road.SaveAsync(About("tour"));
        await road.Get<IConversationStore>().AddAsync(new Conversation { Id = "conv_1", Prompt = guide }, TestContext.Current.CancellationToken);
        return road;
    }

    [Fact]
    public async Task A_conversation_that_has_its_prompt_already_keeps_what_its_first_turn_gives()
    {
        await using var road = await PinnedAsync();
        Assert.Equal(TurnErrorCode.VariableMissing, (await road.RefusedAsync(new() { Conversation = "conv_1", Content = "Hi" })).Code);
        Assert.Equal("system: guide to Oslo.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "Hi", Variables = City("Oslo") }));
        Assert.Equal("system: guide to Oslo.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }

    [Fact]
    public async Task Another_prompt_in_the_middle_keeps_what_it_is_started_with()
    {
        await using var road = await PinnedAsync();
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Hi", Variables = City("Oslo") });
        Assert.Equal("system: tour to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Prompt = "tour", Content = "Go", Variables = City("Rome") }));
        Assert.Equal("system: tour to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }

    [Fact]
    public async Task A_prompt_that_a_trigger_keeps_is_kept_with_what_the_request_gives()
    {
        await using var road = await PinnedAsync();
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "@.prompt.use! tour; Go", Variables = City("Rome") });
        Assert.Equal("system: tour to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }

    [Fact]
    public async Task What_a_later_turn_of_the_same_prompt_gives_is_of_that_turn_alone()
    {
        await using var road = await PinnedAsync();
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Hi", Variables = City("Oslo") });
        Assert.Equal("system: guide to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "There?", Variables = City("Rome") }));
        Assert.Equal("system: guide to Oslo.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }

    [Fact]
    public async Task A_sticky_trigger_of_the_starting_turn_has_the_last_word()
    {
        await using var road = await PinnedAsync();
        Assert.Equal("system: guide to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "@.vars.set! city=Rome; Hi", Variables = City("Oslo") }));
        Assert.Equal("system: guide to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }

    [Fact]
    public async Task A_text_of_triggers_only_leaves_what_others_changed_while_it_was_read()
    {
        Road? here = null;
        var others = SampleTriggers.Method("change") with
        {
            Handler = async (_, cancellationToken) => await here!.Get<IConversationStore>().UpdateAsync("conv_1", now => now with { Variables = City("Rome"), Title = "Theirs" }, cancellationToken),
        };
        await using var road = here = await PinnedAsync(new SampleTriggers.Space("others", others));
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Hi", Variables = City("Oslo") });

        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new() { Conversation = "conv_1", Content = "@.others.change; @.params.temp! 0.3;" })).Code);

        Assert.Equal("system: guide to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
        Assert.Equal((0.3f, "Theirs"), (road.Model.Last.Options.Temperature, (await road.ConversationAsync("conv_1")).Title));
    }

    [Fact]
    public async Task A_first_turn_that_is_tried_again_or_made_again_keeps_its_values_too()
    {
        await using var road = await PinnedAsync();
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var failed = await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Hi", Variables = City("Oslo") });
        Assert.Equal("system: guide to Oslo.", await SystemAsync(road, await road.Get<TurnBranches>().RetryAsync(failed.Id, new(), TestContext.Current.CancellationToken)));
        Assert.Equal("system: guide to Oslo.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }
    [Fact]
    public async Task A_first_turn_that_is_made_again_takes_back_nothing_that_was_set_since()
    {
        await using var road = await PinnedAsync();
        var first = await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Hi", Variables = City("Paris") });
        await road.Get<IConversationStore>().UpdateAsync("conv_1", conversation => conversation with { Variables = City("Rome") }, TestContext.Current.CancellationToken);
        Assert.Equal("system: guide to Paris.", await SystemAsync(road, await road.Get<TurnBranches>().RegenerateAsync(first.Id, new(), TestContext.Current.CancellationToken)));
        Assert.Equal("system: guide to Rome.", await SystemAsync(road, new() { Conversation = "conv_1", Content = "And?" }));
    }

    [Theory]
    [InlineData("@.prompt.use tour; Go", "user: tour to Rome.\n\nGo")]
    [InlineData("@.agent.use tour; Go", "system: tour to Rome.")]
    public async Task Values_of_the_request_may_be_for_a_prompt_that_a_trigger_names(string typed, string sent)
    {
        await using var road = new Road();
        await road.SaveAsync(About("tour"));
        var turn = await road.RunAsync(new TurnRequest { Content = typed, Variables = City("Rome") });
        Assert.Equal(sent, road.Model.Last.Transcript[0]);
        Assert.Equal("Rome", turn.Variables["city"].GetString());
        Assert.Equal(TurnErrorCode.VariableUndefined, (await road.RefusedAsync(new() { Content = typed, Variables = new Dictionary<string, JsonElement>(City("Rome")) { ["town"] = JsonSerializer.SerializeToElement("Oslo") } })).Code);
    }

    [Fact]
    public async Task A_secret_of_such_a_prompt_is_kept_nowhere_in_the_open()
    {
        await using var road = new Road();
        await road.SaveAsync(About("tour") with { Variables = [new() { Name = "city", Required = true, Secret = true }] });
        var turn = await road.RunAsync(new TurnRequest { Content = "@.prompt.use tour; Go", Variables = City("Rhodesville") });
        Assert.Equal("user: tour to Rhodesville.\n\nGo", road.Model.Last.Transcript[0]);
        Assert.DoesNotContain("Rhodesville", JsonSerializer.Serialize(turn, Turnpike.Turns.Json.TurnpikeJson.Relaxed.Turn), StringComparison.Ordinal);
    }

    public static TheoryData<Prompt> Merged => new()
    {
        new Prompt { Messages = [Says("system", "Be {{tone}}."), Says("user", "About {{city}}: {{input}}")], Variables = [new() { Name = "tone", Required = true }, new() { Name = "city", Required = true }] },
        Turnpike.Prompts.Files.PromptFile.Parse("---\ninput: { schema: { tone: string, city: string } }\n---\n{{role \"system\"}}Be {{tone}}.{{role \"user\"}}About {{city}}: {{input}}"),
    };

    private static PromptMessage Says(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };

    [Theory]
    [MemberData(nameof(Merged), DisableDiscoveryEnumeration = true)]
    public async Task What_only_the_first_turn_used_is_not_asked_for_again(Prompt prompt)
    {
        await using var road = new Road();
        Dictionary<string, JsonElement> tone = new() { ["tone"] = JsonSerializer.SerializeToElement("brief") };
        Assert.Equal(TurnErrorCode.VariableMissing, (await road.RefusedAsync(new() { Prompt = prompt, Content = "Hi", Variables = tone })).Code);
        var first = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi", Variables = new Dictionary<string, JsonElement>(tone) { ["city"] = JsonSerializer.SerializeToElement("Oslo") } });
        await road.Get<IConversationStore>().UpdateAsync(first.Conversation, conversation => conversation with { Variables = tone }, TestContext.Current.CancellationToken);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?" });
        Assert.Equal(["system: Be brief.", "user: About Oslo: Hi", "assistant: ok", "user: And?"], road.Model.Last.Transcript);
        await road.Get<IConversationStore>().UpdateAsync(first.Conversation, conversation => conversation with { Variables = City("Oslo") }, TestContext.Current.CancellationToken);
        Assert.Equal("tone", Assert.Single((await road.RefusedAsync(new() { Conversation = first.Conversation, Content = "And?" })).Variables).Name);
    }
}
