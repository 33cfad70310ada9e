namespace Turnpike.Prompts;

/// <summary>A line of a prompt's history.</summary>
public sealed record PromptVersion
{
    /// <summary>The number, from 1.</summary>
    public required int Version { get; init; }
    /// <summary>The content hash.</summary>
    public required string Hash { get; init; }
    /// <summary>When it was saved, UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
    /// <summary>Who saved it.</summary>
    public string? Author { get; init; }
    /// <summary>Why it was saved.</summary>
    public string? Note { get; init; }
    /// <summary>The labels that name it now.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];
}
