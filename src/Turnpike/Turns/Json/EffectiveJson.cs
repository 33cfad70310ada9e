using System.Text.Json;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Turns.Json;

/// <summary>What counts in a project: <c>{project, layers, system: {text, sources}, model: {value, source}, parameters, tools, rules, variables}</c>, each value with its source.</summary>
public static class EffectiveJson
{
    /// <summary>Writes the object.</summary>
    /// <param name="writer">Where it is written.</param>
    /// <param name="project">The project's id.</param>
    /// <param name="layers">Its layers, highest first.</param>
    public static void Write(Utf8JsonWriter writer, string project, IReadOnlyList<SettingsLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(layers);
        writer.WriteStartObject();
        writer.WriteString("project", project);
        writer.WriteStartArray("layers");
        foreach (var layer in layers) writer.WriteStringValue(layer.Name);
        writer.WriteEndArray();
        System(writer, layers);
        if (layers.FirstOrDefault(layer => layer.Model is not null) is { } chosen)
        {
            writer.WriteStartObject("model");
            writer.WriteString("value", chosen.Model);
            writer.WriteString("source", chosen.Name);
            writer.WriteEndObject();
        }
        writer.WriteStartObject("parameters");
        foreach (var (name, explained) in ParameterExplanation.Of(layers)) Value(writer, name, explained.Value, explained.Layer);
        writer.WriteEndObject();
        Names(writer, "tools", layers, layer => layer.Tools, (said, name) => ToolGlob.Is(said) ? ToolGlob.Matches(said, name) : Same(said, name));
        Names(writer, "rules", layers, layer => layer.Rules, Same);
        writer.WriteStartObject("variables");
        foreach (var name in layers.SelectMany(layer => layer.Variables.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (layers.FirstOrDefault(layer => layer.Variables.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null) is { } wins) Value(writer, name, wins.Variables[name], wins.Name);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void System(Utf8JsonWriter writer, IReadOnlyList<SettingsLayer> layers)
    {
        var said = new List<SettingsLayer>();
        foreach (var layer in layers.Reverse())
        {
            if (layer.System is not { } system) continue;
            if (system.Replace) said.Clear();
            said.Add(layer);
        }
        if (said.Count == 0) return;
        writer.WriteStartObject("system");
        writer.WriteString("text", string.Join("\n\n", said.Select(layer => layer.System!.Text).Where(text => text.Length > 0)));
        writer.WriteStartArray("sources");
        foreach (var layer in said) writer.WriteStringValue(layer.Name);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static bool Same(string said, string name) => said.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The names that are left when each layer, from below, has had its say.</summary>
    private static void Names(Utf8JsonWriter writer, string member, IReadOnlyList<SettingsLayer> layers, Func<SettingsLayer, NameSelection> selection, Func<string, string, bool> removes)
    {
        var chosen = new List<(string Name, string Source)>();
        foreach (var layer in layers.Reverse())
        {
            var said = selection(layer);
            if (said.Only is not null) chosen.Clear();
            chosen.AddRange((said.Only ?? []).Concat(said.Add).Select(name => (name, layer.Name)));
            chosen.RemoveAll(one => said.Remove.Any(name => removes(name, one.Name)));
        }
        writer.WriteStartArray(member);
        foreach (var (name, source) in chosen.DistinctBy(pair => pair.Name, StringComparer.OrdinalIgnoreCase))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("source", source);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter writer, string name, JsonElement value, string source)
    {
        writer.WriteStartObject(name);
        writer.WritePropertyName("value");
        JsonSerializer.Serialize(writer, value, TurnpikeJson.Relaxed.JsonElement);
        writer.WriteString("source", source);
        writer.WriteEndObject();
    }
}
