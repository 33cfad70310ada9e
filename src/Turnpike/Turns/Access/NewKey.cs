using System.Text.Json.Serialization;

namespace Turnpike.Turns.Access;

/// <summary>A key that somebody asks for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewKey
{
    /// <summary>What people shall call it: 1 to 100 characters.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
    /// <summary>What it may do; empty: <c>turns</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];
    /// <summary>The user it acts for.</summary>
    public string? User { get; init; }
    /// <summary>The organization whose things it sees; null: that of whoever asks.</summary>
    public string? Organization { get; init; }
    /// <summary>When it ends, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    /// <summary>Keys or globs of the stored prompts it may run.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }
    /// <summary>Ids or globs of the models it may use.</summary>
    public IReadOnlyList<string>? Models { get; init; }
    /// <summary>Names or globs of the tools its turns may be offered.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
    /// <summary>How much it may use.</summary>
    public KeyLimits? Limits { get; init; }
    /// <summary>How its requests are read.</summary>
    public KeySettings? Settings { get; init; }
}
