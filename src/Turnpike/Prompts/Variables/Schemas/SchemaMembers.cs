using System.Text.Json;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>The members of an object for one that looks for many of them: an object itself is searched from its end for each.</summary>
internal readonly struct SchemaMembers
{
    private const int Few = 256;
    private readonly JsonElement _json;
    private readonly Dictionary<string, JsonElement>? _byName;

    /// <param name="json">The object.</param>
    /// <param name="looks">How many members will be looked for.</param>
    public SchemaMembers(JsonElement json, int looks)
    {
        _json = json;
        if ((long)json.GetPropertyCount() * looks <= Few) return;
        _byName = new(json.GetPropertyCount(), StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject()) _byName[member.Name] = member.Value;
    }

    public bool TryGet(string name, out JsonElement value) => _byName is null ? _json.TryGetProperty(name, out value) : _byName.TryGetValue(name, out value);
}
