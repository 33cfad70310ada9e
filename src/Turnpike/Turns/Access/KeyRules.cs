namespace Turnpike.Turns.Access;

/// <summary>What a key may look like.</summary>
internal static class KeyRules
{
    private const int NameLength = 100;
    private const int IdLength = 200;
    private const int MostEntries = 200;
    private static readonly TimeSpan MostGrace = TimeSpan.FromDays(30);

    /// <exception cref="TurnException"><c>request_invalid</c>, with the field.</exception>
    public static void Check(AccessKey key, DateTimeOffset now)
    {
        if (key.Name.Trim().Length is 0 or > NameLength || key.Name.Any(char.IsControl)) throw Invalid("name", $"A key needs a name of 1 to {NameLength} characters, without line breaks.");
        if (key.Scopes.Count == 0) throw Invalid("scopes", "A key needs a scope. Revoke it, if it shall do nothing any more.");
        foreach (var scope in key.Scopes)
        {
            if (scope is null || !Scopes.IsKnown(scope)) throw Invalid("scopes", $"There is no scope \"{scope}\".{Nearest.Hint(scope ?? "", Scopes.All)} The scopes are {string.Join(", ", Scopes.All)}.");
        }
        CheckId("user", key.User);
        if (key.User is not null && !AddressSteps.Fit(key.User)) throw Invalid("user", $"\"{key.User}\" cannot be a user: neither . nor .. nor nothing may stand between slashes, for no address could hold that.");
        CheckId("organization", key.Organization);
        if (key.ExpiresAt <= now) throw Invalid("expiresAt", $"The key would end at {key.ExpiresAt:u}, which is past. Name a time to come.");
        CheckNames("prompts", key.Prompts);
        CheckNames("models", key.Models);
        CheckNames("tools", key.Tools);
        Check(key.Limits);
        Check(key.Settings);
    }

    public static void CheckGrace(TimeSpan grace)
    {
        if (grace < TimeSpan.Zero || grace > MostGrace) throw Invalid("grace", $"The secret before may count for 0 to {MostGrace.TotalDays} days longer.");
    }

    private static void Check(KeyLimits limits)
    {
        CheckLimit("requestsPerMinute", limits.RequestsPerMinute);
        CheckLimit("requestsPerDay", limits.RequestsPerDay);
        CheckLimit("requestsPerMonth", limits.RequestsPerMonth);
        CheckLimit("tokensPerMinute", limits.TokensPerMinute);
        CheckLimit("tokensPerDay", limits.TokensPerDay);
        CheckLimit("tokensPerMonth", limits.TokensPerMonth);
        CheckLimit("costPerDay", limits.CostPerDay);
        CheckLimit("costPerMonth", limits.CostPerMonth);
        CheckLimit("concurrency", limits.Concurrency);
    }

    private static void CheckLimit(string name, decimal? value)
    {
        if (value is < 0 or > 1_000_000_000_000) throw Invalid("limits." + name, $"The limit \"{name}\" is {value}; it may be 0 to 1,000,000,000,000.");
    }

    private static void Check(KeySettings settings)
    {
        CheckWord("triggers", settings.Triggers, "on", "off");
        CheckWord("compose", settings.Compose, "full", "transparent");
        CheckWord("approvals", settings.Approvals, "ask", "allow");
        CheckNames("settings.toolApproval", [.. settings.ToolApproval.Keys]);
    }

    private static void CheckWord(string name, string? value, string one, string other)
    {
        if (value is not null && value != one && value != other) throw Invalid("settings." + name, $"The setting \"{name}\" is \"{value}\"; it may be \"{one}\" or \"{other}\".");
    }

    private static void CheckId(string field, string? id)
    {
        if (id is not null && (id.Length is 0 or > IdLength || id.Any(char.IsControl) || id != id.Trim())) throw Invalid(field, $"The {field} must have 1 to {IdLength} characters, no line breaks, and no white space around it.");
    }

    private static void CheckNames(string field, IReadOnlyList<string>? names)
    {
        if (names is null) return;
        if (names.Count > MostEntries || names.Any(name => string.IsNullOrWhiteSpace(name) || name.Length > IdLength)) throw Invalid(field, $"\"{field}\" may have {MostEntries} names of 1 to {IdLength} characters.");
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
