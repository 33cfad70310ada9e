namespace Turnpike.Models;

/// <summary>How long one provider is waited for.</summary>
public sealed class ModelDeadlines
{
    /// <summary>How long it may take to its first token; null: as <see cref="ModelOptions.FirstToken"/> says.</summary>
    public TimeSpan? FirstToken { get; set; }

    /// <summary>How long it may fall silent between tokens; null: as <see cref="ModelOptions.BetweenTokens"/> says.</summary>
    public TimeSpan? BetweenTokens { get; set; }
}
