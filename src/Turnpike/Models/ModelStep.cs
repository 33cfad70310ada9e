using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Recordings;

namespace Turnpike.Models;

/// <summary>
/// One step: one answer of a model, tried again as long as it has said nothing, or anew where restarts are allowed, first with the same model, then with those
/// that stand in for it.
/// </summary>
internal sealed class ModelStep(IReadOnlyList<FittedModel> models, int number, int firstBlock, bool restarts, ModelOptions options, TimeProvider time, TurnExchanges? exchanges, AttemptLog log)
{
    /// <summary>The attempt that led to a whole answer.</summary>
    public ModelAttempt Answered { get; private set; } = null!;

    /// <summary>The model that answered.</summary>
    public FittedModel Answerer { get; private set; } = null!;

    public async IAsyncEnumerable<TurnEvent> RunAsync(List<ChatMessage> messages, int composed, IReadOnlyList<FunctionResultContent> settled, long estimated, Action<TurnAttempt> attempted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TurnException? fault = null;
        var (tries, block) = (0, firstBlock);
        foreach (var fitted in models)
        {
            var model = fitted.Model;
            await fitted.MakeReadyAsync(composed, settled, cancellationToken);
            var estimatedInput = fitted.Tokens(estimated);
            if (!fitted.CanRead(messages, estimated))
            {
                foreach (var warning in fitted.TakeWarnings()) yield return warning;
                continue;
            }
            for (var retry = 0; retry < options.Attempts; retry++)
            {
                if (retry > 0)
                {
                    if (Pause(fault!, retry) is not { } pause) break;
                    await Task.Delay(pause, time, cancellationToken);
                }
                yield return new StepStarted { Step = number, Attempt = ++tries, Model = model.Id };
                foreach (var warning in fitted.TakeWarnings()) yield return warning;
                var exchange = exchanges?.Begin(number, tries, model);
                var attempt = new ModelAttempt(model, number, tries, block, options, time, exchange);
                var ended = false;
                try
                {
                    await foreach (var happened in attempt.RunAsync(fitted.Messages(messages), fitted.Asked, cancellationToken)) yield return happened;
                    ended = true;
                }
                finally
                {
                    attempted(attempt.Record(estimatedInput, cancelled: !ended));
                    if (exchange is not null) await exchanges!.EndAsync(number, tries, model, exchange);
                }
                if (attempt.Fault is { } failed) log.Tell(failed, model.Id, number, tries);
                if (attempt.Record(estimatedInput, cancelled: false) is { Usage: { } usage } kept) yield return new UsageReported { Step = number, Usage = usage, Cost = kept.Cost };
                fault = attempt.Fault;
                if (fault is null)
                {
                    (Answered, Answerer) = (attempt, fitted);
                    yield break;
                }
                var brokeOff = attempt.Spoke && (ModelFault.MayRetry(fault) || fault.Code == TurnErrorCode.Timeout); // one that falls silent, too
                if (attempt.Spoke && !(restarts && brokeOff)) throw fault;
                block = attempt.NextBlock;
                if (!brokeOff && !ModelFault.MayRetry(fault)) break;
            }
        }
        throw fault!;
    }

    /// <summary>How long to wait before the next try; null when the provider asks for more than we wait.</summary>
    private TimeSpan? Pause(TurnException fault, int retry)
    {
        if (fault.RetryAfter is { } asked) return asked <= options.LongestBackoff ? asked : null;
        var backoff = Math.Min(options.Backoff.TotalMilliseconds * (1 << (retry - 1)), options.LongestBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(backoff * (0.5 + Random.Shared.NextDouble() / 2));
    }
}
