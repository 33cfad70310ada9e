using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Server.Access;

/// <summary>
/// Holds a key against that of whoever makes, changes, rotates or revokes it: nobody has to do with more than they have themselves. With <c>admin</c> one may do everything. What a
/// request may say for itself under any key, such as <c>compose</c>, is no more.
/// </summary>
internal static class KeyReach
{
    /// <summary>Checks all but when the key ends.</summary>
    /// <param name="visitor">Whoever asks.</param>
    /// <param name="key">The key that they ask for.</param>
    /// <param name="doing">What they would do with it: "make", "rotate".</param>
    /// <exception cref="TurnException"><c>forbidden</c>, with the field in which the key has more.</exception>
    public static void Check(Visitor visitor, AccessKey key, string doing)
    {
        if (visitor.Key is not { } own || visitor.May(Scopes.Admin)) return;
        if (More(visitor, own, key) is not var (field, how)) return;
        throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{own.Name}\" cannot {doing} the key \"{key.Name}\": that one {how}.") { Field = field };
    }

    /// <summary>Checks all, for who gets to know the secret. The end of a token does not count: its issuer gives the next one.</summary>
    /// <exception cref="TurnException"><c>forbidden</c>.</exception>
    public static void CheckSecret(Visitor visitor, AccessKey key, string doing)
    {
        Check(visitor, key, doing);
        if (visitor.May(Scopes.Admin) || visitor.Key is not { Prefix.Length: > 0, ExpiresAt: { } end } || key.ExpiresAt <= end) return;
        throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{visitor.Name}\" cannot {doing} the key \"{key.Name}\": that one lasts longer; yours ends on {end:u}.") { Field = "expiresAt" };
    }

    private static (string Field, string How)? More(Visitor visitor, AccessKey own, AccessKey key)
    {
        if (key.Scopes.FirstOrDefault(scope => Scopes.IsKnown(scope) && !visitor.May(scope)) is { } scope) return ("scopes", $"has the scope \"{scope}\", which yours has not");
        if (key.User is not null && key.User != own.User) return ("user", $"acts for the user \"{key.User}\", yours {(own.User is null ? "for nobody" : $"for \"{own.User}\"")}");
        if (!GlobCover.Covers(own.Prompts, key.Prompts)) return ("prompts", $"may run other prompts than yours: {string.Join(", ", own.Prompts!)}");
        if (!GlobCover.Covers(own.Models, key.Models)) return ("models", $"may use other models than yours: {string.Join(", ", own.Models!)}");
        if (!GlobCover.Covers(own.Tools, key.Tools)) return ("tools", $"may use other tools than yours: {string.Join(", ", own.Tools!)}");
        foreach (var (name, most, asked) in Limits(own.Limits, key.Limits))
            if (most is not null && (asked is null || asked > most)) return ("limits." + name, FormattableString.Invariant($"has {(asked is null ? "no" : "a higher")} limit \"{name}\"; yours is {most}"));
        if (own.Settings.Triggers == "off" && key.Settings.Triggers != "off") return ("settings.triggers", "may have triggers read; yours has them \"off\"");
        if (own.Settings.Approvals != "allow" && key.Settings.Approvals == "allow") return ("settings.approvals", $"is allowed calls that want an approval where nobody can be asked; yours has \"{own.Settings.Approvals}\"");
        if (Looser(own.Settings.ToolApproval, key.Settings.ToolApproval) is { } tool) return ("settings.toolApproval", $"decides on calls of \"{tool}\" less strictly than yours");
        return null;
    }

    /// <summary>The limits of two keys side by side, by the names that they have in JSON.</summary>
    internal static (string Name, decimal? Most, decimal? Asked)[] Limits(KeyLimits own, KeyLimits key) =>
    [
        ("requestsPerMinute", own.RequestsPerMinute, key.RequestsPerMinute), ("requestsPerDay", own.RequestsPerDay, key.RequestsPerDay), ("requestsPerMonth", own.RequestsPerMonth, key.RequestsPerMonth),
        ("tokensPerMinute", own.TokensPerMinute, key.TokensPerMinute), ("tokensPerDay", own.TokensPerDay, key.TokensPerDay), ("tokensPerMonth", own.TokensPerMonth, key.TokensPerMonth),
        ("costPerDay", own.CostPerDay, key.CostPerDay), ("costPerMonth", own.CostPerMonth, key.CostPerMonth), ("concurrency", own.Concurrency, key.Concurrency),
    ];

    /// <summary>A name on which a key decides less strictly. What is more exact counts first, so a key whose own is held to names may add nothing but what it denies.</summary>
    private static string? Looser(IReadOnlyDictionary<string, ToolDecision> own, IReadOnlyDictionary<string, ToolDecision> key)
    {
        if (own.Count == 0) return key.Where(said => said.Value == ToolDecision.Allow).Select(said => said.Key).FirstOrDefault(); // what is allowed here passes what prompts, projects and the host ask for
        return own.Where(said => said.Value != ToolDecision.Allow && (!key.TryGetValue(said.Key, out var decision) || decision < said.Value)).Select(said => said.Key).FirstOrDefault()
            ?? key.Where(said => said.Value != ToolDecision.Deny && (!own.TryGetValue(said.Key, out var decision) || said.Value < decision)).Select(said => said.Key).FirstOrDefault();
    }
}
