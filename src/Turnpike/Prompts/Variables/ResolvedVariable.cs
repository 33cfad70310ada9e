using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>A variable with its value and where that came from.</summary>
/// <param name="Definition">Its declaration.</param>
/// <param name="Value">Its value, coerced; null when no layer has one.</param>
/// <param name="Layer">The layer that won; null when none has a value.</param>
/// <param name="Layers">Each layer's value, highest first.</param>
public sealed record ResolvedVariable(VariableDefinition Definition, JsonElement? Value, string? Layer, IReadOnlyList<LayerValue> Layers)
{
    /// <summary>What is shown instead of a secret.</summary>
    public const string Mask = "•••";

    /// <summary>Why it has this value, in a sentence.</summary>
    public string Why => Layer switch
    {
        null => "no layer has a value; it is empty",
        "default" => "no layer above has a value; the prompt's default",
        _ when Layers.Count == 1 => $"only {Layer} has a value",
        _ => $"{Layer} is the highest layer with a value",
    };
}

/// <summary>What one layer says.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Value">Its value.</param>
public readonly record struct LayerValue(string Layer, JsonElement Value);
