using System.Text.Json.Serialization;

namespace Turnpike.Turns.Resources;

/// <summary>A resource that a conversation keeps.</summary>
public sealed record Resource
{
    /// <summary><c>res_…</c>.</summary>
    public required string Id { get; init; }
    /// <summary>What it is: <c>text, note, file, image, audio, webpage, table, task, turn, conversation, mcp</c>, or a host's own kind.</summary>
    public required string Kind { get; init; }
    /// <summary>A name for people and for the model.</summary>
    public string? Title { get; init; }
    /// <summary>How long it stays.</summary>
    public ResourcePolicy Policy { get; init; }
    /// <summary>Whether its content is there.</summary>
    public ResourceState State { get; init; }
    /// <summary>Its text, if it was attached as text; long ones are kept apart and put back when they are shown.</summary>
    public string? Text { get; init; }
    /// <summary>Id of the uploaded file it is, if it is one.</summary>
    public string? File { get; init; }
    /// <summary>Where it was loaded from, if from a URL.</summary>
    public string? Url { get; init; }
    /// <summary>Its path in the workspace, if it is there.</summary>
    public string? Path { get; init; }
    /// <summary>What its kind's loader looks up.</summary>
    public string? Ref { get; init; }
    /// <summary>Its bytes' type.</summary>
    public string? MediaType { get; init; }
    /// <summary>How a table is shown: <c>markdown</c> or <c>csv</c>.</summary>
    public string? Format { get; init; }
    /// <summary>Of an image: how closely the model looks at it.</summary>
    public string? Detail { get; init; }
    /// <summary>SHA-256 of the content, once it was loaded.</summary>
    public string? Hash { get; init; }
    /// <summary>Whether the content is text.</summary>
    public bool IsText { get; init; }
    /// <summary>Its length in bytes, once it was loaded.</summary>
    public long? Size { get; init; }
    /// <summary>Its tokens, estimated.</summary>
    public long? Tokens { get; init; }
    /// <summary>What its source calls the version that was loaded, for example an ETag; while it is being loaded, which loading that is.</summary>
    public string? Version { get; init; }
    /// <summary>When it was loaded last, UTC.</summary>
    public DateTimeOffset? LoadedAt { get; init; }
    /// <summary>Why it failed, if it did.</summary>
    public string? Error { get; init; }

    /// <summary>It as it would be attached again.</summary>
    internal ResourceInput ToInput() => new() { Id = Id, Kind = Kind, Title = Title, Policy = Policy, Text = Text, File = File, Url = Url, Path = Path, Ref = Ref, MediaType = MediaType, Format = Format, Detail = Detail };
}

/// <summary>Whether a resource's content is there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResourceState>))]
public enum ResourceState
{
    /// <summary>It will be loaded when a turn needs it.</summary>
    [JsonStringEnumMemberName("pending")] Pending,
    /// <summary>It is being loaded.</summary>
    [JsonStringEnumMemberName("loading")] Loading,
    /// <summary>It is there.</summary>
    [JsonStringEnumMemberName("ready")] Ready,
    /// <summary>It could not be loaded; the error says why. The next turn tries again.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
