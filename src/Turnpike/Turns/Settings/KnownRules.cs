namespace Turnpike.Turns.Settings;

/// <summary>Names of rules that somebody wants to keep elsewhere must be known when they do.</summary>
public static class KnownRules
{
    /// <summary>Checks names of rules, and of tags behind <c>tag:</c>.</summary>
    /// <exception cref="TurnException"><c>rule_not_found</c>, with the nearest name.</exception>
    public static async ValueTask CheckAsync(ISettingsStore store, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            if (name is null) throw new TurnException(TurnErrorCode.RequestInvalid, "The name of a rule is null; each must be a text.") { Field = "rules" };
            if (name.StartsWith(Tag.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                if (await store.FindTagAsync(name[Tag.Prefix.Length..], cancellationToken) is null) throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no tag \"{name[Tag.Prefix.Length..]}\".") { Field = "rules" };
            }
            else if (await store.FindRuleAsync(name, cancellationToken) is null)
            {
                throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no rule \"{name}\".{Nearest.Hint(name, await store.RuleNamesAsync(cancellationToken))}") { Field = "rules" };
            }
        }
    }
}
