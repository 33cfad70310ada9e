using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Pipeline;

/// <summary>
/// What turns tell OpenTelemetry through the source and the meter <c>Turnpike</c>, with the names that are agreed on for generative AI. Nothing that people or
/// models wrote is told.
/// </summary>
internal static class TurnTelemetry
{
    private const string Name = "Turnpike";
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Instruments = new(Name);
    private static readonly UpDownCounter<long> Active = Instruments.CreateUpDownCounter<long>("turnpike.turns.active", "{turn}", "Turns that run on this node.");
    private static readonly Counter<long> Stopped = Instruments.CreateCounter<long>("turnpike.turns", "{turn}", "Turns that ended, or wait for somebody outside, by status.");
    private static readonly Counter<long> Retries = Instruments.CreateCounter<long>("turnpike.attempts.retried", "{attempt}", "Requests to models that were made again.");
    private static readonly Counter<double> Cost = Instruments.CreateCounter<double>("turnpike.cost", "{currency}", "What attempts cost, as far as prices are known.");
    private static readonly Histogram<double> Duration = Instruments.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "How long requests to models took.");
    private static readonly Histogram<double> FirstToken = Instruments.CreateHistogram<double>("gen_ai.client.operation.time_to_first_chunk", "s", "How long the first token took.");
    private static readonly Histogram<long> Tokens = Instruments.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens of requests and answers.");

    /// <summary>Sees how a turn is made ready, for a preview or to be sent.</summary>
    public static async Task<PreparedTurn> PrepareAsync(Func<Task<PreparedTurn>> pass)
    {
        using var span = Source.StartActivity("prepare");
        try
        {
            var turn = await pass();
            if (span is not null) Tell(span, turn);
            return turn;
        }
        catch (TurnException error) when (span is not null)
        {
            Fail(span, error.Code.Text());
            throw;
        }
    }

    /// <summary>Each station that was passed becomes a span below.</summary>
    private static void Tell(Activity span, PreparedTurn turn)
    {
        span.SetTag("turnpike.turn.id", turn.Draft.Id);
        var at = span.StartTimeUtc;
        foreach (var passed in turn.Draft.Trace.Stations())
        {
            using var station = Source.StartActivity($"station {passed.Station}", ActivityKind.Internal, span.Context, null, null, at);
            at = at.AddMilliseconds(passed.Milliseconds);
            station?.SetTag("turnpike.changes", passed.Changes.Count);
            station?.SetEndTime(at);
        }
    }

    /// <summary>The same calls, each seen and measured.</summary>
    public static ToolCalling Watch(ToolCalling calls) => new()
    {
        Parallel = calls.Parallel,
        Refuse = calls.Refuse,
        Run = (call, stop) => WatchAsync(call.Name, call.CallId, () => calls.Run(call, stop)),
        Settle = (answered, stop) => answered.Runs
            ? WatchAsync(answered.Call.Name, answered.Call.CallId, () => calls.Settle(answered, stop))
            : calls.Settle(answered, stop),
    };

    private static async Task<FunctionResultContent> WatchAsync(string tool, string call, Func<Task<FunctionResultContent>> run)
    {
        var tags = new TagList { { "gen_ai.operation.name", "execute_tool" }, { "gen_ai.tool.name", tool } };
        var since = Stopwatch.GetTimestamp();
        using var span = Source.StartActivity($"execute_tool {tool}", ActivityKind.Internal, Activity.Current?.Context ?? default, tags);
        span?.SetTag("gen_ai.tool.call.id", call);
        var result = await run();
        if (ToolValues.IsError(result))
        {
            tags.Add("error.type", "tool_error");
            if (span is not null) Fail(span, "tool_error");
        }
        Duration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds, tags);
        return result;
    }

    /// <summary>A turn begins, or goes on, to run.</summary>
    public static Activity? Begin(string turn, string conversation)
    {
        Active.Add(1);
        var span = Source.StartActivity("turn");
        span?.SetTag("turnpike.turn.id", turn);
        span?.SetTag("gen_ai.conversation.id", conversation);
        return span;
    }

    /// <summary>A turn runs no longer.</summary>
    /// <param name="span">What <see cref="Begin"/> gave.</param>
    /// <param name="turn">The turn as kept; null when its end could not be kept.</param>
    public static void End(Activity? span, Turn? turn)
    {
        Active.Add(-1);
        var status = turn?.Status.ToString().ToLowerInvariant() ?? "lost";
        Stopped.Add(1, new KeyValuePair<string, object?>("turnpike.turn.status", status));
        if (span is null) return;
        span.SetTag("turnpike.turn.status", status);
        if (turn is not null) Tell(span, turn.Model, turn.Usage);
        if (turn?.Error is { } error) Fail(span, error.Code);
        span.Dispose();
    }

    /// <summary>A request to a model has just ended.</summary>
    public static void Attempt(TurnAttempt attempt)
    {
        var tags = new TagList { { "gen_ai.operation.name", "chat" }, { "gen_ai.provider.name", attempt.Model.Split('/')[0] }, { "gen_ai.request.model", attempt.Model } };
        Measure(attempt, tags);
        var now = TimeProvider.System.GetUtcNow();
        using var span = Source.StartActivity($"chat {attempt.Model}", ActivityKind.Client, Activity.Current?.Context ?? default, tags, null, now.AddMilliseconds(-attempt.Milliseconds));
        if (span is null) return;
        span.SetTag("turnpike.step", attempt.Step);
        span.SetTag("turnpike.attempt", attempt.Attempt);
        span.SetTag("gen_ai.response.id", attempt.ProviderResponseId);
        span.SetTag("gen_ai.response.finish_reasons", attempt.FinishReason is { } reason ? new[] { reason } : null);
        Tell(span, attempt.Model, attempt.Usage);
        if (attempt.Error is { } error) Fail(span, error.Code);
        span.SetEndTime(now.UtcDateTime);
    }

    private static void Measure(TurnAttempt attempt, TagList tags)
    {
        Duration.Record(attempt.Milliseconds / 1000, tags);
        if (attempt.TimeToFirstToken is { } first) FirstToken.Record(first / 1000, tags);
        if (attempt.Attempt > 1) Retries.Add(1, tags);
        if (attempt.Cost is { } cost) Cost.Add((double)cost.Amount, With(tags, "turnpike.currency", cost.Currency));
        if (attempt.Usage is not { } usage) return;
        Tokens.Record(usage.InputTokens, With(tags, "gen_ai.token.type", "input"));
        Tokens.Record(usage.OutputTokens, With(tags, "gen_ai.token.type", "output"));
    }

    private static TagList With(TagList tags, string name, string value)
    {
        tags.Add(name, value);
        return tags;
    }

    private static void Tell(Activity span, string model, TurnUsage? usage)
    {
        span.SetTag("gen_ai.request.model", model);
        span.SetTag("gen_ai.usage.input_tokens", usage?.InputTokens);
        span.SetTag("gen_ai.usage.output_tokens", usage?.OutputTokens);
    }

    private static void Fail(Activity span, string code)
    {
        span.SetTag("error.type", code);
        span.SetStatus(ActivityStatusCode.Error, code);
    }
}
