using System.Text.Json;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Drafts;

/// <summary>
/// What one layer says of a turn's settings. From the highest to the lowest: trigger (and middleware), request, conversation, prompt,
/// project (nearest first), organization, user, global. The first that says something wins; selections and system text build on what is below.
/// </summary>
public sealed record SettingsLayer
{
    private static readonly Dictionary<string, JsonElement> NoVariables = [];
    private static readonly Dictionary<string, ToolDecision> NoApproval = [];

    /// <summary>The layer's name, for example <c>conversation</c> or <c>project:docs</c>.</summary>
    public required string Name { get; init; }
    /// <summary>The model id; null: not said here.</summary>
    public string? Model { get; init; }
    /// <summary>Parameters; members that are null are not said here.</summary>
    public TurnParameters Parameters { get; init; } = TurnParameters.None;
    /// <summary>How the set of tools changes here.</summary>
    public NameSelection Tools { get; init; } = NameSelection.None;
    /// <summary>How the set of rules changes here.</summary>
    public NameSelection Rules { get; init; } = NameSelection.None;
    /// <summary>Values of variables.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = NoVariables;
    /// <summary>What becomes of calls of tools, by name or glob.</summary>
    public IReadOnlyDictionary<string, ToolDecision> Approval { get; init; } = NoApproval;
    /// <summary>System text; null: not said here.</summary>
    public SystemText? System { get; init; }
}

/// <summary>System text of a layer.</summary>
/// <param name="Text">The text, as it is (not a template).</param>
/// <param name="Replace">Whether it stands instead of what is below it, or behind it.</param>
public sealed record SystemText(string Text, bool Replace)
{
    private const string Between = "\n\n";

    /// <summary>Whether a text stands in it as a paragraph, or as several.</summary>
    internal bool Has(string paragraph) => paragraph.Length == 0 || At(paragraph) >= 0;

    /// <summary>It without a text that stands in it as a paragraph; null: nothing is left to say.</summary>
    internal SystemText? Without(string paragraph)
    {
        if (At(paragraph) is not (>= 0 and var at)) return this;
        var (before, after) = (Text[..Math.Max(0, at - Between.Length)], Text[Math.Min(Text.Length, at + paragraph.Length + Between.Length)..]);
        var left = before.Length > 0 && after.Length > 0 ? before + Between + after : before + after;
        return left.Length > 0 || Replace ? this with { Text = left } : null;
    }

    private int At(string paragraph)
    {
        for (var at = Text.IndexOf(paragraph, StringComparison.Ordinal); at >= 0; at = at < Text.Length ? Text.IndexOf(paragraph, at + 1, StringComparison.Ordinal) : -1)
        {
            var rest = Text.AsSpan(at + paragraph.Length);
            if ((at == 0 || Text.AsSpan(0, at).EndsWith(Between)) && (rest.Length == 0 || rest.StartsWith(Between))) return at;
        }
        return -1;
    }
}
