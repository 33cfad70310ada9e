using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Cli.Commands;

/// <summary>Asks on the terminal whether tool calls may run, and what tools want to know. Where nobody can be asked, the turn is left waiting.</summary>
internal sealed class Approvals(Invocation run)
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
        if (!run.Here.InIsTerminal || step.Waiting.Any(id => !_asked.Contains(id) && !_inputs.ContainsKey(id)))
        {
            await run.Talk.WarnAsync($"Turn \"{happened.Turn}\" waits for an answer to {string.Join(", ", step.Waiting)}; send it to POST /api/turns/{happened.Turn}/{(_inputs.ContainsKey(step.Waiting[0]) ? "tool-results" : $"approvals/{step.Waiting[0]}")}.");
            return false;
        }
        try
        {
            foreach (var id in step.Waiting) await run.Turnpike.AnswerAsync(happened.Turn, await AnswerAsync(id), run.Stop);
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
