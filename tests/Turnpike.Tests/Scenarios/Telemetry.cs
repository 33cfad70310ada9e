using System.Diagnostics;
using System.Diagnostics.Metrics;
using Turnpike.Tests.Scripted;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn is seen by whatever listens to the source and the meter <c>Turnpike</c>.</summary>
public sealed class Telemetry
{
    [Fact]
    public async Task A_turn_is_a_span_with_one_for_each_request_to_a_model_and_holds_nothing_that_was_written()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Turnpike",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (spans) spans.Add(span); },
        };
        ActivitySource.AddActivityListener(listener);
        await using var road = new Road();
        road.Model.Says("secret answer");
        var turn = await road.RunAsync("secret question");
        Activity[] seen;
        lock (spans) seen = [.. spans];
        var whole = Assert.Single(seen, span => (string?)span.GetTagItem("turnpike.turn.id") == turn.Id);
        var request = Assert.Single(seen, span => span.ParentSpanId == whole.SpanId);
        Assert.Equal(("turn", "completed", turn.Conversation), (whole.OperationName, whole.GetTagItem("turnpike.turn.status"), whole.GetTagItem("gen_ai.conversation.id")));
        Assert.Equal(("chat test/model", ActivityKind.Client, "test", "test/model"), (request.OperationName, request.Kind, request.GetTagItem("gen_ai.provider.name"), request.GetTagItem("gen_ai.request.model")));
        Assert.Equal(turn.Usage.OutputTokens, request.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.DoesNotContain("secret", string.Join(' ', whole.TagObjects.Concat(request.TagObjects).Select(tag => $"{tag.Key}={tag.Value}")), StringComparison.Ordinal);
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
