using Turnpike.Prompts;

namespace Turnpike.Turns.Access;

/// <summary>Holds prompts against the list of the key, which runs only these, as they are kept; the catalogs know its models and tools.</summary>
public static class KeyGuard
{
    /// <summary>Whether the key may run only what it lists.</summary>
    internal static bool IsBound => KeyScope.Current?.Prompts is not null;

    /// <exception cref="TurnException"><c>forbidden</c>: the key may not run this prompt, or not without its system text.</exception>
    internal static PreparedTurn Check(PreparedTurn turn)
    {
        if (!IsBound) return turn;
        var (asked, state) = (turn.Draft.Request, turn.Draft.State);
        if (asked.Prompt is not null) Check(asked.Prompt, turn.Prompt);
        if (!IsListed(turn.Prompt) || state.Used is { } used && !IsListed(used.Prompt) || state.Agent is { } agent && !IsListed(agent.Prompt)) throw Refused("prompt");
        var isReplaced = asked.System is { Mode: SystemMode.Replace } || (state.Top.System is { Replace: true } && turn.Draft.Trace.Changes.Any(change => change is { Path: "system", Span: not null })); // a host's middleware may
        return isReplaced ? throw Forbidden($"{Only()} A text that takes the place of theirs is refused; append it.", "system") : turn;
    }

    /// <summary>Refuses a prompt that the key may not run: one that is not on its list, was never saved, or is changed by an overlay.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="found">What that is; null when there is none.</param>
    /// <exception cref="TurnException"><c>forbidden</c>.</exception>
    public static void Check(PromptReference asked, ResolvedPrompt? found)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (IsBound && (asked is not { Inline: null, Overlay: null } || !IsListed(found))) throw Refused("prompt");
    }

    /// <summary>The refusal of a prompt that is not on the list of the key, or not as it is kept.</summary>
    internal static TurnException Refused(string field) => Forbidden(Only(), field);

    private static bool IsListed(ResolvedPrompt? prompt) => prompt?.Prompt is { Key.Length: > 0, Version: not null } kept && KeyScope.AllowsPrompt(kept.Key);

    private static string Only() => $"The key \"{KeyScope.Current!.Name}\" may run only the stored prompts {string.Join(", ", KeyScope.Current.Prompts!)}, as they are.";

    private static TurnException Forbidden(string message, string field) => new(TurnErrorCode.Forbidden, message) { Field = field };
}
