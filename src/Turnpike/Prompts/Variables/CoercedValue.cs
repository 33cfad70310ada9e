using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>A value as its variable's type wants it, or what is wrong with it.</summary>
/// <param name="Value">The value to use; the given one where there is a fault.</param>
/// <param name="Fault">Null when it fits; otherwise what was given and what is expected: <c>is the text "abc"; it must be a whole number from 1 to 5</c>.</param>
public readonly record struct CoercedValue(JsonElement Value, string? Fault = null)
{
    /// <summary>Whether the value fits.</summary>
    public bool Fits => Fault is null;
}
