using System.Collections.Frozen;

namespace Turnpike.Prompts.Templates;

/// <summary>The helpers a template may use. All are known in advance: an unknown one is an error when the prompt is saved.</summary>
internal static class TemplateHelpers
{
    /// <summary>Helpers that stand in a plain tag or in parentheses.</summary>
    public static readonly FrozenSet<string> Inline = FrozenSet.Create(StringComparer.Ordinal, "lookup", "json");

    /// <summary>Helpers that make structure; they stand in a plain tag only.</summary>
    public static readonly FrozenSet<string> Structural = FrozenSet.Create(StringComparer.Ordinal, "role", "history", "media", "section");

    /// <summary>Helpers that have a body.</summary>
    public static readonly FrozenSet<string> Blocks = FrozenSet.Create(StringComparer.Ordinal, "if", "unless", "each", "with", "ifEquals", "unlessEquals");

    /// <summary>Names that no variable may have.</summary>
    public static readonly FrozenSet<string> All = FrozenSet.ToFrozenSet(Inline.Concat(Structural).Concat(Blocks).Append("log"), StringComparer.Ordinal);
}
