using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Cli.Commands;

/// <summary>Asks on the terminal whether tool calls may run, and what tools want to know. Where nobody can be asked, the turn is left waiting.</summary>
/// <param name="run">The command's run.</param>
/// <param name="given">What the command itself says of a call; null: nothing.</param>
internal sealed class Approvals(Invocation run, CallAnswer? given = null)
{
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
            if (left.Count == 0) return true;
        }
        if (!run.Here.InIsTerminal || left.Any(id => !_asked.Contains(id) && !_inputs.ContainsKey(id)))
        {
            var others = left.Where(id => !_asked.Contains(id) && !_inputs.ContainsKey(id)).ToList();
            await run.Talk.WarnAsync($"Turn \"{happened.Turn}\" waits for an answer to {string.Join(", ", left)}; {(others.Count > 0 ? $"its client executes {string.Join(", ", others)} and sends the results to POST /api/turns/{happened.Turn}/tool-results" : $"say yes with \"turnpike approve {happened.Turn} {left[0]}\", no with --deny behind it{(_inputs.ContainsKey(left[0]) ? $", or answer what it asks at a terminal with \"turnpike follow {happened.Turn}\"" : "")}")}.");
            return false;
        }
        try
        {
            foreach (var id in left) await run.Turnpike.AnswerAsync(happened.Turn, await AnswerAsync(id), run.Stop);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Ctrl-C ends the turn, which tells so in its last event.
        }
        return true;
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
