using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Pipeline;

/// <summary>The tools of a turn that is run again: their calls run nothing and get the results that are kept.</summary>
internal sealed class ReplayedTools(Turn kept, ModelRequest request, IReadOnlyList<TurnEvent> events)
{
    private readonly Dictionary<string, FunctionResultContent> _results = events.OfType<ToolResult>().DistinctBy(result => result.CallId).ToDictionary(result => result.CallId, ToolResults.Of, StringComparer.Ordinal);

    /// <summary>The tools as they were offered. A call without a kept result waits, as it did.</summary>
    public OfferedTools Offered { get; } = request.Tools.Count == 0 ? OfferedTools.None : new([.. request.Tools.Select((tool, i) =>
        new KnownTool(kept.Tools.Count == request.Tools.Count ? kept.Tools[i] : tool.Name, "recording", new Declared(tool)) { Decision = ToolDecision.Ask })]);

    /// <summary>Calls that the turn before had left open, and that this one was given results for.</summary>
    public IReadOnlyList<AnsweredCall> Answers { get; } =
    [
        .. events.TakeWhile(happened => happened is not StepStarted).OfType<ToolResult>().Select(result => new AnsweredCall(kept.Parent ?? kept.Id,
            new() { CallId = result.CallId, Name = "", Arguments = "{}", Kind = OpenCall.Client, Source = "recording" }, new() { CallId = result.CallId })),
    ];

    /// <summary>How the model's calls are answered.</summary>
    public ToolCalling Calling => new()
    {
        Parallel = 1,
        Refuse = call => _results.GetValueOrDefault(call.CallId) ?? (Offered.Find(call.Name) is null ? ToolValues.Error(call.CallId, $"No result of \"{call.Name}\" is kept.") : null),
        Run = (call, _) => Task.FromResult(_results[call.CallId]),
        Settle = (answered, _) => Task.FromResult(_results[answered.Call.CallId]),
    };

    /// <summary>A tool of which nothing but its declaration is there.</summary>
    private sealed class Declared(AIFunctionDeclaration offered) : AIFunction
    {
        public override string Name => offered.Name;
        public override string Description => offered.Description;
        public override JsonElement JsonSchema => offered.JsonSchema;
        public override IReadOnlyDictionary<string, object?> AdditionalProperties => offered.AdditionalProperties;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => throw new NotSupportedException("A replay runs no tools.");
    }
}
