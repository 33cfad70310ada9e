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
        foreach (var id in step.Waiting)
        {
            if (_inputs.Remove(id, out var asks))
            {
                await run.Turnpike.AnswerAsync(happened.Turn, await new InputForm(run).AskAsync(asks), run.Stop);
                continue;
            }
            var yes = await AskAsync(_calls[id]);
            await run.Turnpike.AnswerAsync(happened.Turn, new CallAnswer { CallId = id, Approved = yes, Reason = yes ? null : "The person at the terminal said no." }, run.Stop);
        }
        return true;
    }

    private async Task<bool> AskAsync(ToolCall call)
    {
        run.Here.Error.Write($"May {Terminals.Safe(call.Name)} be called with {Terminals.Safe(call.Arguments)}? [y/N] ");
        await run.Here.Error.FlushAsync();
        var answer = await run.Here.In.ReadLineAsync(run.Stop);
        return answer?.Trim() is "y" or "Y" or "yes" or "Yes";
    }
}
