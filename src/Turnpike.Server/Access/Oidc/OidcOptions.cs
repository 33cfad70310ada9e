using System.ComponentModel.DataAnnotations;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Access.Oidc;

/// <summary>Whose tokens are taken beside keys: section <c>Turnpike:Oidc</c>. Without an issuer none are.</summary>
public sealed class OidcOptions : IValidatableObject
{
    private const decimal MostOfLimit = 1_000_000_000_000; // as that of a key

    /// <summary>The issuer, exactly as tokens name it: <c>https://login.example.org</c>; plain http only on this machine. Its keys are found through <c>/.well-known/openid-configuration</c>.</summary>
    public string? Issuer { get; set; }

    /// <summary>The audience that tokens must be made for.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim that names the user. Default <c>sub</c>.</summary>
    [Required, MinLength(1)]
    public string UserClaim { get; set; } = "sub";

    /// <summary>The claim that names the organization; null or empty: everybody belongs to the default one.</summary>
    public string? OrganizationClaim { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The claim that lists scopes: a list, whose elements may have spaces in them, or a text with spaces between. Default <c>scope</c>.</summary>
    [Required, MinLength(1)]
    public string ScopesClaim { get; set; } = "scope";

    /// <summary>What values of that claim stand for which scope, such as <c>prompt-authors</c>: <c>prompts:write</c>, with spaces between several. Values that are scopes themselves need not be listed. A value may hold colons, as <c>turnpike:write</c>.</summary>
    public Dictionary<string, string> ScopeNames { get; } = [];

    /// <summary>Scopes that every token has. Default: none.</summary>
    public List<string> Scopes { get; } = [];

    /// <summary>How much each user may use: each limit 0 to 1,000,000,000,000.</summary>
    public KeyLimits Limits { get; set; } = new();

    /// <summary>How far clocks may differ, at most 5 minutes. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Skew { get; set; } = TimeSpan.FromSeconds(30);

    internal bool IsOn => !string.IsNullOrEmpty(Issuer);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn) yield break;
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))) yield return new("It must be an https URL; plain http is taken on this machine only.", [nameof(Issuer)]);
        if (string.IsNullOrEmpty(Audience)) yield return new("It must be set when Issuer is: without it, tokens made for other programs would open this one.", [nameof(Audience)]);
        var scopes = Scopes.Select((scope, i) => (Key: $"{nameof(Scopes)}:{i}", Scope: scope)).Concat(ScopeNames.SelectMany(named => Words(named.Value), (named, scope) => (Key: $"{nameof(ScopeNames)}:{named.Key}", Scope: scope)));
        foreach (var (key, scope) in scopes)
        {
            if (!Turns.Access.Scopes.IsKnown(scope)) yield return new($"There is no scope \"{scope}\". The scopes are {string.Join(", ", Turns.Access.Scopes.All)}.", [key]);
        }
        foreach (var (name, limit, _) in KeyReach.Limits(Limits, Limits))
        {
            if (limit is < 0 or > MostOfLimit) yield return new("It must be 0 to 1,000,000,000,000, or left out.", [$"{nameof(Limits)}:{char.ToUpperInvariant(name[0])}{name[1..]}"]);
        }
    }

    /// <summary>Takes names with colons as they were written: in settings a colon begins a section, and the binder passes over those inside a table of texts.</summary>
    internal void ReadNames(IConfigurationSection section)
    {
        foreach (var (name, scopes) in section.GetSection(nameof(ScopeNames)).AsEnumerable(makePathsRelative: true))
            if (scopes is not null) ScopeNames[name] = scopes;
    }

    /// <summary>The scopes that values of the claim stand for.</summary>
    internal IReadOnlyList<string> ScopesOf(IEnumerable<string> claimed) =>
        [.. Scopes.Concat(claimed.SelectMany(value => ScopeNames.TryGetValue(value, out var named) ? Words(named) : Turns.Access.Scopes.IsKnown(value) ? [value] : [])).Distinct(StringComparer.Ordinal)];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
