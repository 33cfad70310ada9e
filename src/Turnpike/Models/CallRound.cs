using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Models;

/// <summary>The tool calls of one step: those that may run now do, the others wait for somebody outside.</summary>
internal sealed class CallRound
{
    private readonly List<FunctionCallContent> _calls;
    private readonly OfferedTools _offered;
    private readonly ToolCalling _tools;
    private readonly FunctionResultContent?[] _results;
    private readonly List<int> _run = [];
    private readonly List<(string CallId, string? Reason)> _ask = [];
    private readonly List<string> _waiting = [];

    public CallRound(List<FunctionCallContent> calls, OfferedTools offered, ToolCalling tools, TurnBudget budget)
    {
        (_calls, _offered, _tools, _results) = (calls, offered, tools, new FunctionResultContent?[calls.Count]);
        for (var i = 0; i < calls.Count; i++)
        {
            var tool = offered.Find(calls[i].Name);
            if (tool is { IsClient: true, Decision: ToolDecision.Deny }) _results[i] = ToolResults.Denied(calls[i].CallId, calls[i].Name, tool.Reason);
            else if (tool?.IsClient == true) _waiting.Add(calls[i].CallId); // made elsewhere, so not of this budget
            else if (!budget.TakeCall()) _results[i] = ToolValues.Error(calls[i].CallId, budget.CallRefused);
            else if (tools.Refuse(calls[i]) is { } refused) _results[i] = refused;
            else if (tool!.Decision == ToolDecision.Deny) _results[i] = ToolResults.Denied(calls[i].CallId, calls[i].Name, tool.Reason);
            else if (tool.Decision == ToolDecision.Allow) _run.Add(i);
            else
            {
                _ask.Add((calls[i].CallId, tool.Reason));
                _waiting.Add(calls[i].CallId);
            }
        }
    }

    /// <summary>The ids of calls that wait for somebody outside.</summary>
    public IReadOnlyList<string> Waiting => _waiting;

    /// <summary>The results, in the order of the calls; complete when nothing waits.</summary>
    public IEnumerable<FunctionResultContent> Results => _results.OfType<FunctionResultContent>();

    /// <summary>Tells the calls, and which of them wait for a yes or no.</summary>
    public IEnumerable<TurnEvent> Tell(int step)
    {
        foreach (var call in _calls)
        {
            var tool = _offered.Find(call.Name);
            yield return new ToolCall { CallId = call.CallId, Name = tool is { IsClient: true, Name: var own } ? own : call.Name, Tool = tool is { IsClient: false } && tool.Own != call.Name ? tool.Own : null, Arguments = ToolValues.ArgumentsText(call), Step = step, Source = tool?.Source ?? "turnpike", Execution = tool?.IsClient == true ? "client" : "server", Asks = _ask.Exists(ask => ask.CallId == call.CallId) };
        }
        foreach (var (id, reason) in _ask) yield return new ToolApproval { CallId = id, Reason = reason };
    }

    /// <summary>Runs the calls that may run, side by side, and tells each result as it comes; first those that need no run.</summary>
    public async IAsyncEnumerable<FunctionResultContent> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var known in _results)
        {
            if (known is not null) yield return known;
        }
        await foreach (var (index, result) in ModelStream.SideBySide(_run, (call, stop) => _tools.Run(_calls[call], stop), _tools.Parallel, cancellationToken))
        {
            if (result.Result is AskedInput) _waiting.Add(result.CallId);
            else _results[_run[index]] = result;
            yield return result;
        }
    }
}
