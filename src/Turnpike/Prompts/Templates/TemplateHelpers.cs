using System.Collections.Frozen;

namespace Turnpike.Prompts.Templates;

/// <summary>The helpers that a template may use. All are known in advance: an unknown one is an error when the prompt is saved.</summary>
internal static class TemplateHelpers
{
    /// <summary>Helpers that have a value; they stand in a plain tag or in parentheses.</summary>
    public static readonly FrozenSet<string> Inline = FrozenSet.Create(StringComparer.Ordinal, "lookup", "json");

    /// <summary>Helpers that make structure; they stand in a plain tag only.</summary>
    public static readonly FrozenSet<string> Structural = FrozenSet.Create(StringComparer.Ordinal, "role", "history", "media", "section");

    /// <summary>Helpers that have a body.</summary>
    public static readonly FrozenDictionary<string, BlockKind> Blocks = new Dictionary<string, BlockKind>
    {
        ["if"] = BlockKind.If,
        ["unless"] = BlockKind.Unless,
        ["each"] = BlockKind.Each,
        ["with"] = BlockKind.With,
        ["ifEquals"] = BlockKind.IfEquals,
        ["unlessEquals"] = BlockKind.UnlessEquals,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Roles as templates write them → ours.</summary>
    public static readonly FrozenDictionary<string, string> Roles = new Dictionary<string, string>
    {
        ["system"] = "system",
        ["developer"] = "system",
        ["user"] = "user",
        ["model"] = "assistant",
        ["assistant"] = "assistant",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names that helpers have.</summary>
    public static readonly FrozenSet<string> Reserved = Inline.Concat(Structural).Concat(Blocks.Keys).Concat(["log", "else"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether no variable may have a name: a helper's, or <c>this</c>, which is where a template stands.</summary>
    public static bool IsTaken(string name) => name == "this" || Reserved.Contains(name);
}
