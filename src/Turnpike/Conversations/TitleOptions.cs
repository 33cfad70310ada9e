namespace Turnpike.Conversations;

/// <summary>How conversations get titles.</summary>
public sealed class TitleOptions
{
    /// <summary>Whether a small model names a conversation after its first turn. Default: only when <c>Turnpike:SmallModel</c> is set.</summary>
    public bool? Auto { get; set; }
}
