using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Cli.Commands;

/// <summary>Asks on the terminal whether tool calls may run, and what tools want to know. Where nobody can be asked, the turn is left waiting.</summary>
/// <param name="run">The command's run.</param>
/// <param name="given">What the command itself says of a call; null: nothing.</param>
/// <param name="follows">Whether the turn may have gone on since its events happened, as one that is read from its log.</param>
internal sealed class Approvals(Invocation run, CallAnswer? given = null, bool follows = false)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, ToolCall> _calls = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly Dictionary<string, ToolInput> _inputs = new(StringComparer.Ordinal);

    /// <summary>Takes note of an event, and asks when the turn waits. False when it is left waiting.</summary>
    public async Task<bool> SawAsync(TurnEvent happened)
    {
        if (happened is ToolCall call) _calls[call.CallId] = call;
        if (happened is ToolApproval approval) _asked.Add(approval.CallId);
        if (happened is ToolInput input) _inputs[input.CallId] = input;
        if (happened is not StepCompleted { Waiting.Count: > 0 } step) return true;
        await run.Talk.HushAsync();
        var left = step.Waiting;
        if (given is not null)
        {
            if (!left.Contains(given.CallId)) return true; // an earlier step, whose calls were answered
            await run.Turnpike.AnswerAsync(happened.Turn, given, run.Stop);
            left = [.. left.Where(id => id != given.CallId)];
        }
        if (follows && left.Count > 0) left = await OpenAsync(happened, left);
        if (left.Count == 0) return true;
        if (!run.Here.InIsTerminal || left.Any(id => !_asked.Contains(id) && !_inputs.ContainsKey(id)))
        {
            var others = left.Where(id => !_asked.Contains(id) && !_inputs.ContainsKey(id)).ToList();
            await run.Talk.WarnAsync($"Turn \"{happened.Turn}\" waits for an answer to {string.Join(", ", left)}; {(others.Count > 0 ? $"its client executes {string.Join(", ", others)} and sends the results to POST /api/turns/{happened.Turn}/tool-results" : $"say yes with \"turnpike approve {happened.Turn} {left[0]}\", no with --deny behind it{(_inputs.ContainsKey(left[0]) ? $", or answer what it asks at a terminal with \"turnpike follow {happened.Turn}\"" : "")}")}.");
            return false;
        }
        try
        {
            foreach (var id in left) await GiveAsync(happened.Turn, await AnswerAsync(id));
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Ctrl-C ends the turn, which tells so in its last event.
        }
        return true;
    }

    /// <summary>Those of a step's calls that nobody has answered. Between the step and the waiting stands a moment in which the turn seems to run, as one does that went on: then what happens next tells.</summary>
    private async Task<IReadOnlyList<string>> OpenAsync(TurnEvent step, IReadOnlyList<string> calls)
    {
        while (true)
        {
            var kept = await run.Turnpike.TurnAsync(step.Turn, run.Stop);
            if (kept.Status == TurnStatus.Waiting) return [.. calls.Where(id => kept.OpenCalls.Any(open => open.CallId == id))];
            if (kept.HasEnded || await WentOnAsync(step)) return [];
        }
    }

    /// <summary>Whether anything happened behind a step, now or in a moment.</summary>
    private async Task<bool> WentOnAsync(TurnEvent step)
    {
        using var pause = new CancellationTokenSource(Pause, run.Here.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stop, pause.Token);
        try
        {
            await foreach (var _ in run.Turnpike.FollowAsync(step.Turn, step.Sequence, stop.Token)) return true;
        }
        catch (OperationCanceledException) when (!run.Stop.IsCancellationRequested)
        {
            return false; // nothing yet
        }
        return !pause.IsCancellationRequested; // a log that ends here
    }

    /// <summary>Gives an answer. Where somebody else was faster, theirs counts, and the turn goes on with it.</summary>
    private async Task GiveAsync(string turn, CallAnswer answer)
    {
        try
        {
            await run.Turnpike.AnswerAsync(turn, answer, run.Stop);
        }
        catch (TurnException error) when (error.Code is TurnErrorCode.RequestInvalid or TurnErrorCode.IdempotencyConflict)
        {
            if ((await run.Turnpike.TurnAsync(turn, run.Stop)).OpenCalls.Any(open => open.CallId == answer.CallId)) throw;
            await run.Talk.WarnAsync($"Call \"{answer.CallId}\" waits no longer: what was said of it elsewhere counts.");
        }
    }

    private async Task<CallAnswer> AnswerAsync(string id)
    {
        if (_inputs.Remove(id, out var asks)) return await new InputForm(run).AskAsync(asks);
        var call = _calls[id];
        var typed = await Keyboard.LineAsync(run.Here, $"May {Terminals.Safe(call.Name)} be called with {Terminals.Safe(call.Arguments)}? [y/N] ");
        var yes = typed?.Trim() is "y" or "Y" or "yes" or "Yes";
        return new() { CallId = id, Approved = yes, Reason = yes ? null : "The person at the terminal said no." };
    }
}
