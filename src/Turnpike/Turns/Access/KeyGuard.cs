namespace Turnpike.Turns.Access;

/// <summary>Holds a prepared turn against the prompts of its key; the catalogs know its models and tools.</summary>
internal static class KeyGuard
{
    /// <exception cref="TurnException"><c>forbidden</c>: the key may not run this prompt.</exception>
    public static PreparedTurn Check(PreparedTurn turn)
    {
        if (KeyScope.Current is not { } key) return turn;
        if (key.Prompts is { } prompts && !IsListed(turn)) throw Forbidden($"The key \"{key.Name}\" may run only the stored prompts {string.Join(", ", prompts)}, as they are.", "prompt");
        return turn;
    }

    private static bool IsListed(PreparedTurn turn)
    {
        var asked = turn.Draft.Request;
        return asked.Prompt is null or { Inline: null, Overlay: null } && turn.Prompt?.Prompt is { Key.Length: > 0, Version: not null } prompt && KeyScope.AllowsPrompt(prompt.Key) && MayUse(turn.Draft.State.Used) && MayUse(turn.Draft.State.Agent);
    }

    /// <summary>What a trigger uses beside the prompt is on the list as well.</summary>
    private static bool MayUse(Drafts.UsedPrompt? used) => used is null || KeyScope.AllowsPrompt(used.Prompt.Prompt.Key);

    private static TurnException Forbidden(string message, string field) => new(TurnErrorCode.Forbidden, message) { Field = field };
}
