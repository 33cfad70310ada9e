using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Tools;

/// <summary>Calls a tool outside any turn, for somebody who tries it: under the same rules as in one.</summary>
public sealed class ToolTrials(ToolCatalog catalog, ToolCaller caller, TurnMeter meter, IOptions<ToolOptions> options, TimeProvider time)
{
    /// <summary>Calls a tool. What goes wrong in the tool itself is its result.</summary>
    /// <param name="name">Its name, or <c>source.name</c>; case does not matter.</param>
    /// <param name="arguments">Its arguments, an object.</param>
    /// <param name="approved">Whether a person who saw the arguments approves of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="TurnException">
    /// <c>tool_unknown</c>; <c>forbidden</c>: the key runs stored prompts only, such calls are denied, or nobody approved; <c>rate_limited, budget_exceeded</c>: it counts as a turn.
    /// </exception>
    public async Task<TriedTool> CallAsync(string name, JsonElement arguments, bool approved, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (KeyScope.Current is { Prompts: { } prompts } key) throw Forbidden($"The key \"{key.Name}\" may run only the stored prompts {string.Join(", ", prompts)}, so it calls no tool by itself.");
        var tool = await FindAsync(name, cancellationToken);
        if (tool.Decision == ToolDecision.Deny) throw Forbidden($"Calls of the tool \"{tool.Name}\" are denied. {tool.Reason}");
        if (tool.Decision == ToolDecision.Ask && !approved) throw Forbidden($"Calls of the tool \"{tool.Name}\" need an approval. {tool.Reason} If whoever sees the arguments approves, send \"approved\": true.");
        var id = Ids.New("call");
        await meter.CountAsync(id, cancellationToken);
        var offered = new OfferedTools([tool]);
        var began = time.GetTimestamp();
        var result = await caller.CallAsync(offered, ToolValues.Call(id, offered.All[0].Function.Name, arguments), cancellationToken);
        return new(tool, result, time.GetElapsedTime(began));
    }

    private async Task<KnownTool> FindAsync(string name, CancellationToken cancellationToken)
    {
        var tools = await catalog.ListAsync(null, cancellationToken);
        var found = tools.FirstOrDefault(one => name.Equals(one.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(one.Full, StringComparison.OrdinalIgnoreCase))
            ?? throw new TurnException(TurnErrorCode.ToolUnknown, $"There is no tool \"{name}\".{Nearest.Hint(name, tools.Select(one => one.Name))}") { Field = "name" };
        return new ApprovalPolicy(null, options.Value).Decided(found);
    }

    private static TurnException Forbidden(string message) => new(TurnErrorCode.Forbidden, message);
}

/// <summary>A tool that was tried.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Result">What it answered, or what went wrong.</param>
/// <param name="Took">How long the call took.</param>
public sealed record TriedTool(KnownTool Tool, FunctionResultContent Result, TimeSpan Took);
