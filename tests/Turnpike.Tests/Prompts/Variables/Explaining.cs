using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Json;
using static Turnpike.Tests.Prompts.Variables.Resolving;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class Explaining
{
    private static readonly VariableNeeds Needs = new(
        [
            new() { Name = "city", Default = Json.Of("\"Rome\"") },
            new() { Name = "count", Type = VariableType.Integer, Locked = "project" },
            new() { Name = "key", Secret = true, Default = Json.Of("\"hunter0\"") },
            new() { Name = "empty" },
        ],
        ["current_date", "loose"]);

    private static ResolvedVariables Resolved => Resolve(
        Needs,
        Layer("trigger", """{"city": "Oslo"}"""),
        Layer("request", """{"city": "Paris", "key": "hunter1"}"""),
        Layer("conversation", """{"key": "hunter2", "loose": [1]}"""),
        Layer("project:docs", """{"count": "3"}"""));

    [Fact]
    public void Every_variable_tells_its_value_its_layer_and_what_each_layer_says()
    {
        var explained = Resolved.Explain();
        Assert.Equal(["city", "count", "key", "empty", "current_date", "loose"], explained.Keys);
        var city = explained["city"];
        Assert.Equal(("Oslo", "turn", "set by a trigger or middleware of this turn"), (city.Value?.GetString(), city.Layer, city.Why));
        Assert.Equal([("turn", "Oslo"), ("turn", "Paris"), ("default", "Rome")], city.Layers.Select(said => (said.Layer, said.Value.GetString()!)));
        Assert.Equal("set by the project \"docs\"; no layer above \"project\" may set it", explained["count"].Why);
        Assert.Equal(("3", "\"3\""), (explained["count"].Value?.GetRawText(), explained["count"].Layers[0].Value.GetRawText()));
        Assert.Equal("no layer has a value: it is empty text", explained["empty"].Why);
        Assert.Equal(("computed", "computed when the turn was opened; the prompt does not declare it"), (explained["current_date"].Layer, explained["current_date"].Why));
        Assert.Equal("kept by the conversation; the prompt does not declare it", explained["loose"].Why);
    }

    [Fact]
    public void A_computed_value_that_lost_is_shown_too()
    {
        var explained = Resolve(new([new() { Name = "current_date" }], []), Layer("request", """{"current_date": "today"}""")).Explain();
        Assert.Equal([("turn", "today"), ("computed", "2026-11-21")], explained["current_date"].Layers.Select(said => (said.Layer, said.Value.GetString()!)));
    }

    [Fact]
    public void A_secret_is_masked_in_every_layer_and_only_used_in_the_clear()
    {
        var resolved = Resolved;
        Assert.Equal("hunter1", resolved.Text("key"));
        var json = JsonSerializer.Serialize(resolved.Explain(), TurnpikeJson.Relaxed.IReadOnlyDictionaryStringVariableExplanation);
        Assert.DoesNotContain("hunter", json, StringComparison.Ordinal);
        Assert.Contains(""""key":{"value":"•••","layer":"turn"""", json, StringComparison.Ordinal);
        Assert.Equal(3, resolved.Explain()["key"].Layers.Count(said => said.Value.GetString() == "•••"));
        Assert.Equal("•••", resolved.ToShow()["key"].GetString());
        Assert.Equal("Oslo", resolved.ToShow()["city"].GetString());
        Assert.True(resolved.IsSecret("key"));
        Assert.False(resolved.IsSecret("city"));
    }

    [Fact]
    public void A_secret_that_does_not_fit_is_masked_in_the_fault_too()
    {
        var inspected = Inspect(new([new() { Name = "key", Secret = true, MaxLength = 2 }], []), Layer("request", """{"key": "hunter1"}"""));
        Assert.DoesNotContain("hunter", inspected.Faults!.ToException().Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", inspected.Explain()["key"].Fault!, StringComparison.Ordinal);
        Assert.Equal("•••", inspected.Explain()["key"].Layers[0].Value.GetString());
    }
}
