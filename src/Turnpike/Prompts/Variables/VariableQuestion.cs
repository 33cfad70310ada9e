using Turnpike.Turns.Drafts;

namespace Turnpike.Prompts.Variables;

/// <summary>Which variables need values, and where values may come from.</summary>
public sealed record VariableQuestion
{
    /// <summary>The declared variables.</summary>
    public required IReadOnlyList<VariableDefinition> Definitions { get; init; }
    /// <summary>Whether names used but not declared are optional variables of any type.</summary>
    public bool Infer { get; init; }
    /// <summary>The names that the templates use.</summary>
    public required IReadOnlyCollection<string> Used { get; init; }
    /// <summary>The layers, highest first.</summary>
    public required IReadOnlyList<SettingsLayer> Layers { get; init; }
    /// <summary>What computed variables are computed from.</summary>
    public required VariableContext Context { get; init; }
}
