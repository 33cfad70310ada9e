using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>Under which key a copy is saved.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromptCopy
{
    /// <summary>The new key.</summary>
    public required string Key { get; init; }
    /// <summary>The version or label that is copied; null: the default one.</summary>
    public string? Version { get; init; }
    /// <summary>Who copies it.</summary>
    public string? Author { get; init; }
}

/// <summary>Which prompts are exported.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromptSelection
{
    /// <summary>Their keys, perhaps with <c>@version</c> or <c>@label</c>; null: all that are kept.</summary>
    public IReadOnlyList<string>? Keys { get; init; }
    /// <summary>Only those with this tag.</summary>
    public string? Tag { get; init; }
}

/// <summary>How a draft becomes a version.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DraftPublication
{
    /// <summary>Who publishes it.</summary>
    public string? Author { get; init; }
    /// <summary>Why.</summary>
    public string? Note { get; init; }
}

/// <summary>Which turn's prompt is saved, and as what.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TurnToKeep
{
    /// <summary>The turn's id.</summary>
    public required string Turn { get; init; }
    /// <summary>The key to save it under; null: the one it had.</summary>
    public string? Key { get; init; }
    /// <summary>Who saves it.</summary>
    public string? Author { get; init; }
    /// <summary>Why.</summary>
    public string? Note { get; init; }
}
