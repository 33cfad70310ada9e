using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn with sticky triggers that is done again, in any way, sends what it sent first, and sets for its conversation what it set first.</summary>
public sealed class StickyTriggersAgain
{
    private const string Conversation = "conv_1";

    /// <summary>A text for each trigger that may be sticky, and others that say more.</summary>
    private static readonly string[] Texts =
    [
        "@.tools.activate! weather;", "@.tools.deactivate! weather;", "@.tools.only! weather; @.tools.activate! sum;", "@.tools.none!;", "@.tools.require! weather; @.tools.activate! weather;",
        "@.params.temp! 0.2;", "@.params.top_p! 0.9;", "@.params.top_k! 40;", "@.params.tokens! 800;", "@.params.presence! 0.5;", "@.params.frequency! -0.5;", "@.params.seed! 42;", "@.params.stop! \"END\";",
        "@.params.effort! high;", "@.params.verbosity! low;", "@.params.reset! temp;", "@.reasoning.on!;", "@.reasoning.off!;", "@.model.use! test/a;",
        "@.rules.select! brief;", "@.rules.deselect! always;", "@.rules.none!;", "@.tags.select! voice;", "@.tags.deselect! voice;", "@.vars.set! city=Paris;",
        "@.prompt.use! translate language=French;", "@.agent.use! reviewer tone=kind;", "@.agent.clear!;", "@.schema.use! invoice;", "@.search.on!;", "@.search.off!;", "@.title.set! Trip;",
        "@.system.set! \"\";", "@.system.set! \"Be brief.\";", "@.system.append! \"Be brief.\";", "@.system.append! \"House.\";", "@.system.append! \"Be brief.\"; @.system.append! \"Be kind.\"; @.system.append! \"Be brief.\";",
        "@.system.set! \"X\"; @.system.append! \"Y\";", "@.resource.add! {file};", "@.resource.add! a.txt;", "@.resource.add {file} policy=refresh;", "@.resource.add! \"data:text/plain;base64,SGk=\";", "@.resource.add! {turn};",
        "@.resource.add {file}; @.resource.add! {turn};", "@.resource.add! {file}; @.resource.add {turn};", "@.resource.drop! f.txt;", "@.resource.drop! res_f\n", "@.resource.drop f.txt;", "@.resource.drop! f.txt; @.resource.add! {file};",
        "@.resource.add! {file}; @.resource.drop! a.txt;",
    ];

    /// <summary>These ask a small model each time, and so may choose otherwise.</summary>
    private static readonly string[] Choosing = ["tools.auto", "rules.auto"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Rows => [.. Texts];

    [Fact]
    public async Task All_of_them_are_here()
    {
        await using var road = new Road();
        var names = road.Get<TriggerCatalog>().Definitions.Where(definition => definition.Method.CanStick).Select(definition => definition.FullName).Except(Choosing);
        Assert.All(names, name => Assert.Contains(Texts, text => text.Contains($"@.{name}!", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Answered_again_or_edited_to_the_same_it_is_the_same(string text)
    {
        await using var place = await PlaceAsync(text);
        var (road, branches) = (place.Road, place.Road.Get<TurnBranches>());
        var first = await place.RunAsync(place.Text + " Hi");
        var (sent, kept) = (await place.SentAsync(first), await place.SettingsAsync());
        Assert.DoesNotContain("@.", sent, StringComparison.Ordinal);
        var again = await AgainAsync(road, branches.RegenerateAsync(first.Id, new(), Stop));
        await IsSameAsync(again);
        await IsSameAsync(await AgainAsync(road, branches.RegenerateAsync(again.Id, new(), Stop)));
        await IsSameAsync(await AgainAsync(road, branches.EditAsync(again.Id, place.Text + " Hi", new(), Stop)));

        async Task IsSameAsync(Turn turn)
        {
            Assert.Equal(sent, await place.SentAsync(turn));
            Assert.Equal(kept, await place.SettingsAsync());
            Assert.Equal(first.Warnings.Select(warning => warning.Code), turn.Warnings.Select(warning => warning.Code));
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Tried_again_it_sets_nothing_twice(string text)
    {
        await using var place = await PlaceAsync(text);
        var model = text.Contains("test/a", StringComparison.Ordinal) ? place.Other : place.Road.Model;
        model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var failed = await place.RunAsync(place.Text + " Hi");
        Assert.Equal(TurnStatus.Failed, failed.Status);
        var kept = await place.SettingsAsync(but: "res_once"); // it waits for a turn that is answered
        var again = await AgainAsync(place.Road, place.Road.Get<TurnBranches>().RetryAsync(failed.Id, new(), Stop));
        Assert.Equal(await place.SentAsync(failed), await place.SentAsync(again));
        Assert.Equal(kept, await place.SettingsAsync());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task All_models_of_a_race_are_sent_the_same(string text)
    {
        if (text.Contains("model.use", StringComparison.Ordinal)) return; // says which model
        await using var place = await PlaceAsync(text);
        await using var alone = await PlaceAsync(text);
        await alone.RunAsync(alone.Text + " Hi");
        var first = await place.RunAsync($"@.race.models test/b, test/a, test/model; {place.Text} Hi");
        var conversation = (await place.Road.Get<IConversationStore>().FindAsync(first.Conversation, Stop))!;
        var others = (await place.Road.Get<ITurnStore>().SiblingsAsync(conversation, first.Id, 10, Stop))[first.Id].Where(id => id != first.Id).ToArray();
        Assert.Equal(2, others.Length);
        foreach (var id in others) Assert.Equal(await place.SentAsync(first), await place.SentAsync(await place.Road.Runner.WaitAsync(id, Stop)));
        Assert.Equal(WithoutIds(await alone.SettingsAsync()), WithoutIds(await place.SettingsAsync()));
    }

    /// <summary>The same of two places: ids that are made there, and the hashes of what names them, are not.</summary>
    private static string WithoutIds(string settings) => System.Text.RegularExpressions.Regex.Replace(settings, "(?:res|turn|pmpt)_[0-9A-Za-z]{16,}|(?<=\"hash\":\")[0-9a-f]+", "");

    private static async Task<Turn> AgainAsync(Road road, Task<TurnRequest> request) => await road.RunAsync(await request);

    private static async Task<Place> PlaceAsync(string text)
    {
        var other = new ScriptedModel();
        var road = new Road(builder => builder.AddModel("test/a", other).AddModel("test/b", other).AddTool((string city) => "rain", "weather").AddTool((int a) => a, "sum"));
        var settings = road.Get<ISettingsStore>();
        await settings.SaveRuleAsync(new() { Id = "rule_1", Name = "always", Content = "ALWAYS", AlwaysOn = true }, Stop);
        await settings.SaveRuleAsync(new() { Id = "rule_2", Name = "brief", Content = "BRIEF", Tags = ["voice"] }, Stop);
        await road.SaveAsync(new() { Key = "greeter", Messages = [Says("system", "You are in {{city}}.")], Variables = [new() { Name = "city", Default = JsonSerializer.SerializeToElement("Oslo") }] });
        await road.SaveAsync(new() { Key = "translate", Model = "test/a", Messages = [Says("system", "You translate."), Says("user", "To {{language}}:")], Variables = [new() { Name = "language", Required = true }] });
        await road.SaveAsync(new() { Key = "reviewer", Messages = [Says("system", "You review. Be {{tone}}.")], Variables = [new() { Name = "tone" }], Tools = ["sum"] });
        await road.SaveAsync(new() { Key = "invoice", Messages = [Says("system", "S")], Output = new() { Schema = JsonElement.Parse("""{"type":"object","properties":{"total":{"type":"number"}},"required":["total"],"additionalProperties":false}""") } });
        var file = await road.Get<IFileStore>().AddAsync(new() { Id = "file_1", Name = "a.txt" }, new MemoryStream("Page A."u8.ToArray()), Stop);
        await road.Get<IConversationStore>().AddAsync(new()
        {
            Id = Conversation,
            System = new("House."),
            Parameters = new() { Temperature = 0.7 },
            Resources = [new() { Id = "res_f", Kind = "note", Title = "f.txt", Text = "F", Policy = ResourcePolicy.Sticky }, new() { Id = "res_g", Kind = "note", Title = "g.txt", Text = "G", Policy = ResourcePolicy.Refresh }],
            CreatedAt = road.Clock.GetUtcNow(),
            UpdatedAt = road.Clock.GetUtcNow(),
        }, Stop);
        var before = await road.RunAsync(new TurnRequest { Conversation = Conversation, Prompt = text.Contains("prompt.use", StringComparison.Ordinal) ? null : new PromptReference { Id = "greeter" }, Content = "Zero" });
        await road.Get<IConversationStore>().UpdateAsync(Conversation, conversation => conversation with { Resources = [new() { Id = "res_once", Kind = "note", Text = "ONCE" }, .. conversation.Resources] }, Stop);
        return new(road, other, text.Replace("{file}", file.Id, StringComparison.Ordinal).Replace("{turn}", before.Id, StringComparison.Ordinal));
    }

    private static PromptMessage Says(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };

    /// <summary>A conversation with settings, rules and resources of its own, in which a turn was run.</summary>
    private sealed record Place(Road Road, ScriptedModel Other, string Text) : IAsyncDisposable
    {
        public Task<Turn> RunAsync(string content) => Road.RunAsync(new TurnRequest { Conversation = Conversation, Content = content, Resources = [new() { Kind = "note", Text = "REQUEST" }] });

        /// <summary>What the provider was sent, whatever its model.</summary>
        public async Task<string> SentAsync(Turn turn)
        {
            var request = JsonNode.Parse(Encoding.UTF8.GetString((await Road.Get<ITurnStore>().RequestAsync(turn.Id, Stop))!.Value.Span))!.AsObject();
            request.Remove("model");
            return request.ToJsonString();
        }

        public async Task<string> SettingsAsync(string? but = null)
        {
            var kept = await Road.ConversationAsync(Conversation);
            var settings = kept with { Resources = [.. kept.Resources.Where(resource => resource.Id != but)], Head = null, UpdatedAt = default, Prompt = kept.Prompt is { } prompt ? new() { Key = prompt.Key } : null };
            return JsonSerializer.Serialize(settings, TurnpikeJson.Relaxed.Conversation);
        }

        public async ValueTask DisposeAsync()
        {
            await Road.DisposeAsync();
            Other.Dispose();
        }
    }
}
