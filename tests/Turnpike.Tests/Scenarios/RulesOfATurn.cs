using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Scenarios;

/// <summary>Kept rules are joined to turns: where they stand, in which order, and who chose them.</summary>
public sealed class RulesOfATurn : IAsyncLifetime
{
    private readonly Road _road = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _road.DisposeAsync();

    private Task<Rule> RuleAsync(string name, string? content = null, RulePlacement placement = RulePlacement.System, bool alwaysOn = false, params string[] tags) =>
        _road.Get<ISettingsStore>().SaveRuleAsync(new() { Name = name, Content = content ?? name.ToUpperInvariant(), Placement = placement, AlwaysOn = alwaysOn, Tags = tags }, Cancellation);

    private static Prompt Prompt(string? system, string? user = null, params string[] rules) => new()
    {
        Key = "p",
        Messages =
        [
            .. system is null ? [] : (PromptMessage[])[new() { Role = "system", Content = [new() { Type = "text", Text = system }] }],
            .. user is null ? [] : (PromptMessage[])[new() { Role = "user", Content = [new() { Type = "text", Text = user }] }],
        ],
        Rules = rules,
    };

    [Fact]
    public async Task System_rules_stand_behind_the_system_text_with_one_blank_line_between()
    {
        await RuleAsync("b");
        await RuleAsync("a");
        await _road.SaveAsync(Prompt("Base."));
        await _road.RunAsync(new TurnRequest { Prompt = PromptReference.Parse("p"), Content = "Hi", Rules = ["b", "a"] });
        Assert.Equal(["system: Base.\n\nA\n\nB", "user: Hi"], _road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Rules_before_and_after_stand_around_the_typed_text()
    {
        await RuleAsync("first", "Read this:", RulePlacement.Before);
        await RuleAsync("last", "Be brief.", RulePlacement.After);
        var turn = await _road.RunAsync(new TurnRequest { Content = "Hi", Rules = ["last", "first"] });
        Assert.Equal(["user: Read this:\n\nHi\n\nBe brief."], _road.Model.Last.Transcript);
        Assert.Equal(["rule", "typed", "rule"], turn.Messages[0].Contents.Select(MessageParts.OriginOf));
    }

    [Theory]
    [InlineData("Translate:", "Translate:\n\nRead this:\n\nHi\n\nBe brief.")]
    [InlineData("Translate [{{input}}] now", "Translate [Read this:\n\nHi\n\nBe brief.] now")]
    public async Task Rules_around_the_typed_text_stay_with_it_in_a_template(string template, string sent)
    {
        await RuleAsync("first", "Read this:", RulePlacement.Before);
        await RuleAsync("last", "Be brief.", RulePlacement.After);
        await _road.SaveAsync(Prompt(null, template, "first", "last"));
        await _road.RunAsync(new TurnRequest { Prompt = PromptReference.Parse("p"), Content = "Hi" });
        Assert.Equal(["user: " + sent], _road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Rules_alone_are_nothing_to_send()
    {
        await RuleAsync("first", placement: RulePlacement.Before, alwaysOn: true);
        Assert.Equal(TurnErrorCode.ContentMissing, (await _road.RefusedAsync(new())).Code);
    }

    [Fact]
    public async Task The_order_is_always_on_then_project_then_prompt_then_request_and_then_by_name()
    {
        foreach (var name in (string[])["m", "n", "project", "prompt", "request"]) await RuleAsync(name, alwaysOn: name is "m" or "n");
        var project = await _road.Get<ISettingsStore>().SaveProjectAsync(new() { Name = "P", Rules = ["project", "request"] }, Cancellation);
        await _road.SaveAsync(Prompt(null, null, "prompt") with { Body = "{{input}}", Messages = [] });
        var turn = await _road.RunAsync(new TurnRequest { Prompt = PromptReference.Parse("p"), Project = project.Id, Content = "Hi", Rules = ["request", "m"] });
        Assert.Equal("system: M\n\nN\n\nPROJECT\n\nREQUEST\n\nPROMPT", _road.Model.Last.Transcript[0]);
        Assert.Equal(["m", "n", "project", "request", "prompt"], turn.Rules.Select(rule => rule.Name));
    }

    [Fact]
    public async Task A_turn_keeps_id_name_and_hash_of_each_rule()
    {
        var rule = await RuleAsync("Style", "Be {{tone}}.");
        var turn = await _road.RunAsync(new TurnRequest { Content = "Hi", Rules = ["style"], Variables = new Dictionary<string, JsonElement> { ["tone"] = JsonSerializer.SerializeToElement("kind") } });
        Assert.Equal("system: Be kind.", _road.Model.Last.Transcript[0]);
        Assert.Equal([new TurnRule(rule.Id, "Style", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("Be {{tone}}."))))], turn.Rules);
    }

    [Fact]
    public async Task A_placeholder_that_nobody_knows_is_an_error_that_names_the_rule()
    {
        await RuleAsync("style", "Be {{tone}}.", alwaysOn: true);
        var error = await _road.RefusedAsync(new() { Content = "Hi" });
        Assert.Equal(TurnErrorCode.VariableUndefined, error.Code);
        Assert.Contains("\"tone\" is used by rule \"style\"", error.Message);
        Assert.Equal(["tone"], error.Variables.Select(fault => fault.Name));
    }

    [Fact]
    public async Task What_people_type_is_not_read_as_a_template_of_a_rule()
    {
        await RuleAsync("quote", "They said: {{input}}", alwaysOn: true);
        await _road.RunAsync("{{tone}}");
        Assert.Equal(["system: They said: {{tone}}", "user: {{tone}}"], _road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_tag_stands_for_its_rules()
    {
        await RuleAsync("a", tags: "voice");
        await RuleAsync("b", tags: "Voice");
        await RuleAsync("c");
        await _road.RunAsync(new TurnRequest { Content = "Hi", Rules = ["tag:VOICE"] });
        Assert.Equal("system: A\n\nB", _road.Model.Last.Transcript[0]);
    }

    [Theory]
    [InlineData("house-stile", "There is no rule \"house-stile\" (asked for by request). Did you mean \"house-style\"?")]
    [InlineData("tag:voise", "There is no tag \"voise\" (asked for by request). Did you mean \"voice\"?")]
    public async Task An_unknown_rule_stops_the_turn_with_the_nearest_name(string name, string message)
    {
        await RuleAsync("house-style", tags: "voice");
        var error = await _road.RefusedAsync(new() { Content = "Hi", Rules = [name] });
        Assert.Equal((TurnErrorCode.RuleNotFound, message), (error.Code, error.Message));
    }

    [Fact]
    public async Task The_trace_shows_each_rule_with_its_source()
    {
        await RuleAsync("a", alwaysOn: true);
        await RuleAsync("b", tags: "voice");
        var prepared = await _road.Runner.PreviewAsync(new() { Content = "Hi", Rules = ["tag:voice"] }, Cancellation);
        var changes = prepared.Draft.Trace.Changes.Where(change => change.Path.StartsWith("rules.", StringComparison.Ordinal));
        Assert.Equal([("rules.a", "always on"), ("rules.b", "request (tag:voice)")], changes.Select(change => (change.Path, change.Source)));
    }

    [Fact]
    public async Task A_changed_rule_counts_from_the_next_turn_on_and_the_history_stays_as_it_was()
    {
        var rule = await RuleAsync("last", "Be brief.", RulePlacement.After, alwaysOn: true);
        var first = await _road.RunAsync("One");
        await _road.Get<ISettingsStore>().SaveRuleAsync(rule with { Content = "Be long." }, Cancellation);
        await _road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Two" });
        Assert.Equal(["user: One\n\nBe brief.", "assistant: ok", "user: Two\n\nBe long."], _road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_null_in_the_place_of_a_name_is_refused()
    {
        var store = _road.Get<ISettingsStore>();
        TurnException[] refused =
        [
            await _road.RefusedAsync(new TurnRequest { Content = "Hi", Rules = [null!] }),
            Assert.Throws<TurnException>(() => SettingsRules.Check(new Tag { Name = "t", Rules = [null!] })),
            await Assert.ThrowsAsync<TurnException>(() => KnownRules.CheckAsync(store, [null!], Cancellation).AsTask()),
        ];
        Assert.All(refused, error => Assert.Equal((TurnErrorCode.RequestInvalid, "rules"), (error.Code, error.Field)));
    }

    [Theory]
    [InlineData("{{role \"system\"}}Be brief.", "a role")]
    [InlineData("{{#if x}}{{history}}{{/if}}", "the place of the history")]
    [InlineData("{{#if x}}{{else}}{{media url=x}}{{/if}}", "media")]
    [InlineData("{{section \"rules\"}}", "a section")]
    [InlineData("{{> other}}", "a partial")]
    public void What_would_fail_in_every_turn_is_not_kept(string content, string holds)
    {
        var refused = Assert.Throws<TurnException>(() => SettingsRules.Check(new Rule { Name = "r", Content = content }));
        Assert.Equal(TurnErrorCode.TemplateInvalid, refused.Code);
        Assert.EndsWith($"cannot hold {holds}.", refused.Message);
    }
}
