using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>The results of the calls of a path's turns, also those that a later turn brought.</summary>
internal sealed class UiResults
{
    private readonly Dictionary<AIContent, FunctionResultContent> _results = new(ReferenceEqualityComparer.Instance);

    public UiResults(IEnumerable<Turn> path)
    {
        var open = new Dictionary<string, FunctionCallContent>(StringComparer.Ordinal);
        foreach (var part in path.SelectMany(turn => turn.Messages).SelectMany(message => message.Contents))
        {
            if (part is FunctionCallContent call) open[call.CallId] = call;
            else if (part is FunctionResultContent result && open.Remove(result.CallId, out var asked)) _results[asked] = result;
        }
    }

    /// <summary>The result of a call; null: it has none.</summary>
    public ToolResult? Of(FunctionCallContent call)
    {
        if (!_results.TryGetValue(call, out var result)) return null;
        var isError = ToolValues.IsError(result);
        return new()
        {
            CallId = call.CallId,
            Result = isError ? null : ToolValues.Element(result.Result),
            Parts = !isError && result.Result is IEnumerable<AIContent>,
            Error = isError ? result.Result as string ?? "failed" : null,
        };
    }
}
