using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Tools;

/// <summary>
/// What becomes of calls of tools: the key, else the highest layer that names the tool decides, by its most exact name, group or glob; then the options, then whether the source is
/// trusted. A <c>deny</c> of any layer counts, and the request itself can only be stricter.
/// </summary>
/// <param name="draft">The turn whose calls they are; null: they are outside any turn.</param>
/// <param name="options">What the program says.</param>
internal sealed class ApprovalPolicy(TurnDraft? draft, ToolOptions options)
{
    // From the lowest to the highest; most turns have none.
    private readonly (string Name, IReadOnlyDictionary<string, ToolDecision> Said)[] _layers = Upwards(
        [.. KeyScope.Current is { } key ? [($"the key \"{key.Name}\"", key.Settings.ToolApproval)] : Array.Empty<(string, IReadOnlyDictionary<string, ToolDecision>)>(), .. (draft?.State.Layers ?? []).Where(layer => layer.Approval.Count > 0).Select(layer => (layer.Name, layer.Approval)), ("options", options.Approval)]);

    public KnownTool Decided(KnownTool tool)
    {
        if (tool.IsClient) return draft?.Request.Executes(tool.Name) == false ? tool with { Decision = ToolDecision.Deny, Reason = "A client executes it, and none takes part in this turn." } : tool;
        var (decision, reason) = tool.Trusted ? (ToolDecision.Allow, null) : (ToolDecision.Ask, $"The tools of \"{tool.Source}\" are not trusted.");
        foreach (var (name, said) in _layers)
        {
            if (Said(said, tool) is { } one && decision != ToolDecision.Deny) (decision, reason) = (one, one == ToolDecision.Allow ? null : $"Set by {name}.");
        }
        if (draft is null) return decision == ToolDecision.Allow ? tool : tool with { Decision = decision, Reason = reason };
        if (Said(draft.Request.Approval, tool) is { } stricter && stricter > decision) (decision, reason) = (stricter, "Set by the request.");
        if (decision == ToolDecision.Ask && draft.Request.OnAsk != ToolDecision.Ask) (decision, reason) = (draft.Request.OnAsk, "It needs an approval, and nobody can be asked here.");
        return decision == ToolDecision.Allow ? tool : tool with { Decision = decision, Reason = reason };
    }

    private static (string Name, IReadOnlyDictionary<string, ToolDecision> Said)[] Upwards((string Name, IReadOnlyDictionary<string, ToolDecision> Said)[] downwards) => [.. downwards.Where(layer => layer.Said.Count > 0).Reverse()];

    private static ToolDecision? Said(IReadOnlyDictionary<string, ToolDecision> said, KnownTool tool)
    {
        if (said.Count == 0) return null;
        (string Glob, ToolDecision Decision)? best = null;
        foreach (var (glob, decision) in said)
        {
            if (!ToolGlob.Fits(glob, tool)) continue;
            if (best is null || ToolGlob.Exactness(glob, tool) > ToolGlob.Exactness(best.Value.Glob, tool) || (ToolGlob.Exactness(glob, tool) == ToolGlob.Exactness(best.Value.Glob, tool) && decision > best.Value.Decision)) best = (glob, decision);
        }
        return best?.Decision;
    }
}
