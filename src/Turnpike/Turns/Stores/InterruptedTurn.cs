using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Stores;

/// <summary>Makes the kept turn of one whose node went away, from nothing but its log.</summary>
public static class InterruptedTurn
{
    private const string Reason = "The program that ran the turn went away before its end.";
    private const string InQueue = "The program that held the turn went away before its time in the queue had come; no model was asked. Retry the turn to have it answered.";

    /// <summary>Whether an event is such an end: it was written without the node, so a reader may have seen other events under its number.</summary>
    public static bool Ends(TurnEvent happened) => happened is TurnInterrupted { Reason: Reason or InQueue };

    /// <summary>The turn as <c>interrupted</c>, with all that its log holds.</summary>
    /// <param name="running">The turn as it was last kept.</param>
    /// <param name="log">The events that its node left, in order.</param>
    /// <param name="ending">Those that end it: <see cref="Ending"/>.</param>
    /// <param name="price">What a model costs; null: it is not known.</param>
    /// <param name="now">When it is found to have ended, UTC.</param>
    public static Turn Of(Turn running, IReadOnlyList<TurnEvent> log, IReadOnlyList<TurnEvent> ending, Func<string, ModelPrice?> price, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(ending);
        ArgumentNullException.ThrowIfNull(price);
        var fold = new TurnFold();
        foreach (var happened in log.Concat(ending)) fold.Add(happened);
        return running with
        {
            Status = TurnStatus.Interrupted,
            OpenCalls = [],
            Answer = fold.Answer,
            Messages = [.. running.Messages.Take(running.Messages.Count - Kept(running, log)), .. fold.Messages()],
            Usage = fold.Usage,
            Cost = fold.Cost,
            Attempts = [.. running.Attempts, .. Asked(log, ending.OfType<UsageReported>().FirstOrDefault(), price).Skip(running.Attempts.Count)],
            Warnings = [.. running.Warnings, .. fold.Warnings.Skip(running.Warnings.Count)], // the log begins with those from before the model
            EndedAt = now,
        };
    }

    /// <summary>The requests to providers, as far as the log tells of them; what the last one used is our estimate when it was cut off.</summary>
    private static IEnumerable<TurnAttempt> Asked(IReadOnlyList<TurnEvent> log, UsageReported? cut, Func<string, ModelPrice?> price)
    {
        int[] begins = [.. Enumerable.Range(0, log.Count).Where(at => log[at] is StepStarted)];
        for (var i = 0; i < begins.Length; i++)
        {
            var (begun, next) = ((StepStarted)log[begins[i]], i + 1 < begins.Length ? (StepStarted)log[begins[i + 1]] : null);
            var told = log.Skip(begins[i] + 1).Take((next is null ? log.Count : begins[i + 1]) - begins[i] - 1).ToList();
            var used = told.OfType<UsageReported>().FirstOrDefault();
            var counted = used ?? (next is null ? cut : null);
            var end = (used ?? told.LastOrDefault(happened => happened is TextDelta or ReasoningDelta) ?? begun).At;
            yield return new()
            {
                Step = begun.Step,
                Attempt = begun.Attempt,
                Model = begun.Model,
                Status = next?.Step == begun.Step ? TurnStatus.Failed : used is null ? TurnStatus.Interrupted : TurnStatus.Completed,
                FinishReason = told.OfType<StepCompleted>().FirstOrDefault()?.FinishReason,
                Usage = counted?.Usage,
                Price = counted is null ? null : price(begun.Model),
                Cost = counted?.Cost,
                Milliseconds = (end - begun.At).TotalMilliseconds,
            };
        }
    }

    /// <summary>How many of the messages kept so far are the log's: a turn that waited had them kept when it began to wait.</summary>
    private static int Kept(Turn running, IReadOnlyList<TurnEvent> log)
    {
        if (running.Attempts.Count == 0) return 0; // it never waited
        var fold = new TurnFold();
        foreach (var happened in log.Take(1 + log.ToList().FindLastIndex(happened => happened is StepCompleted { Waiting.Count: > 0 }))) fold.Add(happened);
        return fold.Messages().Count;
    }

    /// <summary>The events that end the log of such a turn: a request that was cut off counts with what it is likely to have used, answers that were accepted are told, and of calls that were cut off it is told that nobody knows whether they happened.</summary>
    /// <param name="running">The turn as it was last kept.</param>
    /// <param name="log">The events that its node left, in order.</param>
    /// <param name="answered">What was answered to its calls.</param>
    /// <param name="sent">What was sent first, as it is kept: JSON; what cannot be read counts as nothing.</param>
    /// <param name="price">What a model costs; null: it is not known.</param>
    /// <param name="now">When it is found to have ended, UTC.</param>
    public static IReadOnlyList<TurnEvent> Ending(Turn running, IReadOnlyList<TurnEvent> log, IReadOnlyList<AnsweredCall> answered, ReadOnlyMemory<byte> sent, Func<string, ModelPrice?> price, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(price);
        var fold = new TurnFold();
        foreach (var happened in log) fold.Add(happened);
        var waiting = fold.Waiting().Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
        var accepted = AcceptedAnswers.Results(answered).ToDictionary(result => result.CallId, StringComparer.Ordinal);
        var goesOn = running.Attempts.Count > 0; // it waited, and its calls were answered since, and may have run
        List<TurnEvent> ending = [.. CutOff(log, sent, price), .. fold.OpenCalls.Where(call => call.Step == fold.Steps).Where(call => goesOn || !waiting.Contains(call.CallId)).Select(call => accepted.GetValueOrDefault(call.CallId) ?? new ToolResult { CallId = call.CallId, Error = ToolResults.OutcomeUnknown })];
        ending.Add(new TurnInterrupted { Reason = running.Status == TurnStatus.Queued ? InQueue : Reason });
        for (var i = 0; i < ending.Count; i++) ending[i].Place(running.Id, running.Conversation, log.Count + i + 1, now);
        return ending;
    }

    /// <summary>What a request that was cut off is likely to have used: it read what was sent and what was said before it, and wrote what the log has of it.</summary>
    private static IEnumerable<UsageReported> CutOff(IReadOnlyList<TurnEvent> log, ReadOnlyMemory<byte> sent, Func<string, ModelPrice?> price)
    {
        var at = log.ToList().FindLastIndex(happened => happened is StepStarted);
        if (at < 0 || log.Skip(at).Any(happened => happened is UsageReported)) yield break;
        var (begun, before) = ((StepStarted)log[at], new TurnFold());
        foreach (var happened in log.Take(at + 1)) before.Add(happened);
        var said = log.Skip(at).Sum(happened => happened switch { TextDelta text => text.Text.Length, ReasoningDelta thought => thought.Text.Length, _ => 0 });
        var usage = new TurnUsage { InputTokens = Tokens(sent) + before.Messages().Sum(TokenEstimate.Of), OutputTokens = (said + 3) / 4, Estimated = true };
        yield return new() { Step = begun.Step, Usage = usage, Cost = Prices.Cost(price(begun.Model), usage) };
    }

    private static long Tokens(ReadOnlyMemory<byte> sent)
    {
        try
        {
            return !sent.IsEmpty && KeptJson.Read(sent.Span, TurnpikeJson.Relaxed.ModelRequest) is { } request ? TokenEstimate.Of(request) : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }
}
