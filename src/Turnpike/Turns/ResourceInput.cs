using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>Something attached for the model to read.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResourceInput
{
    /// <summary>Its id (<c>res_…</c>); null: one is given.</summary>
    public string? Id { get; init; }
    /// <summary>What it is: <c>text, note, image</c>, …</summary>
    public required string Kind { get; init; }
    /// <summary>A name for people and for the model.</summary>
    public string? Title { get; init; }
    /// <summary>The text itself.</summary>
    public string? Text { get; init; }
    /// <summary>Base64 of the bytes; <see cref="MediaType"/> says what they are.</summary>
    public string? Data { get; init; }
    /// <summary>http(s) or data: URL.</summary>
    public string? Url { get; init; }
    /// <summary>The bytes' type, for example <c>image/png</c>.</summary>
    public string? MediaType { get; init; }
    /// <summary>How long it stays.</summary>
    public ResourcePolicy Policy { get; init; }
}

/// <summary>How long a resource stays.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResourcePolicy>))]
public enum ResourcePolicy
{
    /// <summary>Part of this turn's message; later turns see it in history as it was.</summary>
    [JsonStringEnumMemberName("once")] Once,
    /// <summary>Sent with every turn until dropped.</summary>
    [JsonStringEnumMemberName("sticky")] Sticky,
    /// <summary>Sticky, and loaded again each turn.</summary>
    [JsonStringEnumMemberName("refresh")] Refresh,
}
