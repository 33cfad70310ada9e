using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Writes members of the request body, but none that the host overrides.</summary>
internal readonly struct RequestMembers(Utf8JsonWriter json, JsonObject? overrides)
{
    /// <summary>Begins a member whose value the caller writes; false when the host gives that member.</summary>
    public bool Starts(string name)
    {
        if (overrides?.ContainsKey(name) is true) return false;
        json.WritePropertyName(name);
        return true;
    }

    public void Flag(string name, bool? value)
    {
        if (value is { } flag && Starts(name)) json.WriteBooleanValue(flag);
    }

    public void Number(string name, float? value)
    {
        if (value is { } number && Starts(name)) json.WriteNumberValue(number);
    }

    public void Number(string name, long? value)
    {
        if (value is { } number && Starts(name)) json.WriteNumberValue(number);
    }

    public void Text(string name, string? value)
    {
        if (value is not null && Starts(name)) json.WriteStringValue(value);
    }
}
