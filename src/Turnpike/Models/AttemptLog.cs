using Microsoft.Extensions.Logging;
using Turnpike.Turns;

namespace Turnpike.Models;

/// <summary>Tells the program's log of requests to providers that failed.</summary>
/// <param name="turn">The turn's id.</param>
/// <param name="logger">The log.</param>
internal sealed partial class AttemptLog(string turn, ILogger logger)
{
    /// <summary>Tells of one: what kind of fault it was and where, and only at Trace what it said, for clients repeat what people wrote.</summary>
    public void Tell(TurnException fault, string model, int step, int attempt)
    {
        var cause = fault.InnerException;
        Failed(model, attempt, step, turn, fault.Code.Text(), cause?.GetType().ToString() ?? "no exception of its own", cause?.StackTrace is { } trace ? Environment.NewLine + trace : "");
        FailedSaying(model, attempt, step, turn, fault);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} failed in attempt {Attempt} at step {Step} of turn {Turn}: {Code}, {Exception}{Trace}")]
    private partial void Failed(string model, int attempt, int step, string turn, string code, string exception, string trace);

    [LoggerMessage(Level = LogLevel.Trace, Message = "Model {Model} failed in attempt {Attempt} at step {Step} of turn {Turn}, saying:")]
    private partial void FailedSaying(string model, int attempt, int step, string turn, Exception error);
}
