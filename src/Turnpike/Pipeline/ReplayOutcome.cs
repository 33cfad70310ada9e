using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Recordings;

namespace Turnpike.Pipeline;

/// <summary>What the events of a turn amount to, for comparing a replay with what is kept.</summary>
internal sealed class ReplayOutcome
{
    private readonly TurnFold _fold = new();
    private readonly List<string> _finishes = [];
    private readonly List<string> _warnings = [];

    /// <summary>Of a turn that is kept, from its log.</summary>
    public static ReplayOutcome Of(IEnumerable<TurnEvent> events)
    {
        var outcome = new ReplayOutcome();
        foreach (var happened in events.SkipWhile(happened => happened is not (StepStarted or ToolResult))) outcome.Add(happened);
        return outcome;
    }

    /// <summary>Takes the next event.</summary>
    public void Add(TurnEvent happened)
    {
        _fold.Add(happened);
        if (happened is StepCompleted step) _finishes.Add($"{step.Step}: {step.FinishReason}");
        if (happened is WarningRaised warning) _warnings.Add(warning.Code);
    }

    /// <summary>Compares, with a turn that was stopped from outside only as far as it came.</summary>
    public void Compare(ReplayOutcome now, TurnStatus status, ReplayDifferences differences)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (status is TurnStatus.Cancelled or TurnStatus.Interrupted)
        {
            if (!now._fold.Answer.StartsWith(_fold.Answer, StringComparison.Ordinal)) differences.Compare("answer", _fold.Answer, now._fold.Answer);
            return;
        }
        differences.Compare("status", Word(_fold.Status), Word(now._fold.Status));
        differences.Compare("error.code", _fold.Error?.Code, now._fold.Error?.Code);
        differences.Compare("error.message", _fold.Error?.Message, now._fold.Error?.Message);
        differences.Compare("finishReasons", Json(_finishes), Json(now._finishes));
        differences.Compare("warnings", Json(_warnings), Json(now._warnings));
        differences.Compare("messages", Messages(), now.Messages());
        if (!_fold.Usage.Estimated) differences.Compare("usage", Json(_fold.Usage), Json(now._fold.Usage));
    }

    private static string Word(TurnStatus? status) => (status ?? TurnStatus.Completed).ToString().ToLowerInvariant();

    private static JsonElement Json(TurnUsage usage) => JsonSerializer.SerializeToElement(usage, TurnpikeJson.Relaxed.TurnUsage);

    private static JsonElement Json(List<string> texts) => JsonSerializer.SerializeToElement(texts, TurnpikeJson.Relaxed.ListString);

    /// <summary>The model's and the tools' messages; results side by side came in whatever order they came in.</summary>
    private JsonElement Messages() => JsonSerializer.SerializeToElement(
        [.. _fold.Messages().Select(message => message.Role != ChatRole.Tool ? message : new ChatMessage(ChatRole.Tool, [.. message.Contents.OfType<FunctionResultContent>().OrderBy(result => result.CallId, StringComparer.Ordinal)]))],
        TurnpikeJson.Relaxed.IReadOnlyListChatMessage);
}
