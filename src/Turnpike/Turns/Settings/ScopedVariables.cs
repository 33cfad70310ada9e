using System.Text.Json;

namespace Turnpike.Turns.Settings;

/// <summary>Changes to the variables of a scope.</summary>
internal static class ScopedVariables
{
    /// <summary>Values with changes: null unsets, what is not named stays.</summary>
    public static Dictionary<string, JsonElement> Changed(IReadOnlyDictionary<string, JsonElement> values, IReadOnlyDictionary<string, JsonElement> changes)
    {
        var changed = new Dictionary<string, JsonElement>(values);
        foreach (var (name, value) in changes)
        {
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) changed.Remove(name);
            else changed[name] = value.Clone();
        }
        return changed;
    }
}
