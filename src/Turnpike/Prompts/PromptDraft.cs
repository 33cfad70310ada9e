namespace Turnpike.Prompts;

/// <summary>What somebody is writing: apart from the versions, one for a key, changed as often as they like. It need not be sound.</summary>
public sealed record PromptDraft
{
    /// <summary>The key it is for; there may be no such prompt yet.</summary>
    public required string Key { get; init; }
    /// <summary>How often it was saved, from 1, or from above all drafts that are gone.</summary>
    public int Revision { get; init; }
    /// <summary>The newest version when the draft was begun: what publishing it expects to be the newest still; 0: there was none.</summary>
    public int BasedOn { get; init; }
    /// <summary>What it says.</summary>
    public required Prompt Prompt { get; init; }
    /// <summary>When it was last saved, UTC.</summary>
    public DateTimeOffset? SavedAt { get; init; }
    /// <summary>Who saved it last.</summary>
    public string? Author { get; init; }
}
