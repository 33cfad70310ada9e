using System.Diagnostics;
using System.Diagnostics.Metrics;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn is seen by whatever listens to the source and the meter <c>Turnpike</c>.</summary>
public sealed class Telemetry
{
    [Fact]
    public async Task A_turn_is_a_span_with_one_for_each_request_to_a_model_and_holds_nothing_that_was_written()
    {
        var spans = new List<Activity>();
        using var listener = Hears(spans);
        await using var road = new Road();
        road.Model.Says("secret answer");
        var turn = await road.RunAsync("secret question");
        var seen = All(spans);
        var whole = Assert.Single(seen, span => span.OperationName == "turn" && (string?)span.GetTagItem("turnpike.turn.id") == turn.Id);
        var request = Assert.Single(seen, span => span.ParentSpanId == whole.SpanId);
        Assert.Equal(("turn", "completed", turn.Conversation), (whole.OperationName, whole.GetTagItem("turnpike.turn.status"), whole.GetTagItem("gen_ai.conversation.id")));
        Assert.Equal(("chat test/model", ActivityKind.Client, "test", "test/model"), (request.OperationName, request.Kind, request.GetTagItem("gen_ai.provider.name"), request.GetTagItem("gen_ai.request.model")));
        Assert.Equal(turn.Usage.OutputTokens, request.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.DoesNotContain("secret", string.Join(' ', whole.TagObjects.Concat(request.TagObjects).Select(tag => $"{tag.Key}={tag.Value}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_station_before_the_model_is_a_span_that_says_how_much_it_changed()
    {
        var spans = new List<Activity>();
        using var listener = Hears(spans);
        await using var road = new Road();
        var turn = await road.RunAsync("@.params.temp 0.2; Hi");
        var seen = All(spans);
        var ready = Assert.Single(seen, span => span.OperationName == "prepare" && (string?)span.GetTagItem("turnpike.turn.id") == turn.Id);
        var stations = seen.Where(span => span.ParentSpanId == ready.SpanId).OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.Equal(["station opening", "station triggers", "station middleware", "station messages", "station tools"], stations.Select(span => span.OperationName));
        Assert.True((int)stations[1].GetTagItem("turnpike.changes")! > 0);
    }

    [Fact]
    public async Task A_turn_that_is_refused_says_why_in_its_span()
    {
        var spans = new List<Activity>();
        using var listener = Hears(spans);
        await using var road = new Road();
        await road.RefusedAsync(new() { Prompt = "none-of-this-name-4711", Content = "Hi" });
        Assert.Contains(All(spans), span => span.OperationName == "prepare" && span.Status == ActivityStatusCode.Error && (string?)span.GetTagItem("error.type") == "prompt_not_found");
    }

    [Fact]
    public async Task A_tool_call_is_a_span_that_tells_whether_it_failed_and_not_what_it_said()
    {
        var spans = new List<Activity>();
        using var listener = Hears(spans);
        await using var road = new Road(builder => builder.AddTool((string word) => "secret meaning", "look_up_4711").AddTool(string () => throw new InvalidOperationException("secret fault"), "fall_over_4711"));
        road.Model.Calls("look_up_4711", new() { ["word"] = "secret word" }).Calls("fall_over_4711", id: "call_2").Says("Done.");
        await road.RunAsync(new TurnRequest { Content = "Hi", Tools = ["look_up_4711", "fall_over_4711"] });
        var seen = All(spans).Where(span => span.OperationName.EndsWith("_4711", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["execute_tool look_up_4711", "execute_tool fall_over_4711"], seen.Select(span => span.OperationName));
        Assert.Equal([null, "tool_error"], seen.Select(span => (string?)span.GetTagItem("error.type")));
        Assert.All(seen, span => Assert.NotNull(span.GetTagItem("gen_ai.tool.call.id")));
        Assert.DoesNotContain("secret", string.Join(' ', seen.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Key}={tag.Value}")), StringComparison.Ordinal);
    }

    private static ActivityListener Hears(List<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Turnpike",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (spans) spans.Add(span); },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static Activity[] All(List<Activity> spans)
    {
        lock (spans) return [.. spans];
    }

    [Fact]
    public async Task Tokens_and_times_are_measured_under_their_agreed_names()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, all) => { if (instrument.Meter.Name == "Turnpike") all.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => { lock (names) names.Add(instrument.Name); });
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => { lock (names) names.Add(instrument.Name); });
        listener.Start();
        await using var road = new Road();
        await road.RunAsync("Hi");
        lock (names) Assert.Superset(new HashSet<string> { "gen_ai.client.token.usage", "gen_ai.client.operation.duration", "turnpike.turns", "turnpike.turns.active" }, names);
    }
}
