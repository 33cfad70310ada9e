using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>Where a variable's value came from. Secrets are <c>•••</c> in every layer.</summary>
public sealed record VariableExplanation
{
    /// <summary>The value that is used; null: there is none.</summary>
    public JsonElement? Value { get; init; }
    /// <summary>The layer that won; null: there is no value.</summary>
    public string? Layer { get; init; }
    /// <summary>Why that one, for people.</summary>
    public required string Why { get; init; }
    /// <summary>What each layer says, highest first, as it was given; layers that are silent are left out, and so is a computed value that nobody needed and only a host's provider knows.</summary>
    public required IReadOnlyList<VariableLayerValue> Layers { get; init; }
    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The same without any value.</summary>
    public VariableExplanation Masked() => this with { Value = Value is null ? null : ResolvedVariables.Masked, Layers = [.. Layers.Select(said => said with { Value = ResolvedVariables.Masked })] };
}

/// <summary>What one layer says of a variable.</summary>
/// <param name="Layer"><c>turn, conversation, project:…, organization, user, global, computed</c> or <c>default</c>.</param>
/// <param name="Value">What it says.</param>
public sealed record VariableLayerValue(string Layer, JsonElement Value);
