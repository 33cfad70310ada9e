using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Server.Hosting;

/// <summary>
/// Parameters in the settings, by the names, aliases and ranges that requests have. A parameter that is an object is a section of its own, or JSON as text; in it, what reads as a number or
/// as true or false is one.
/// </summary>
internal static class ConfiguredParameters
{
    /// <exception cref="ValidationException">A parameter that there is not, or a value that does not fit; the message begins with its key.</exception>
    public static TurnParameters Read(IConfigurationSection section)
    {
        var all = new JsonObject();
        foreach (var parameter in section.GetChildren())
        {
            var value = Value(parameter, inside: false);
            Check(parameter.Path, new() { [parameter.Key] = value?.DeepClone() });
            all[parameter.Key] = value;
        }
        return Check(section.Path, all);
    }

    private static TurnParameters Check(string path, JsonObject parameters)
    {
        try
        {
            return ParameterTable.Read(JsonElement.Parse(parameters.ToJsonString()));
        }
        catch (TurnException error)
        {
            throw new ValidationException($"{path}: {error.Message}", error);
        }
    }

    private static JsonNode? Value(IConfigurationSection section, bool inside)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0) return section.Value is { } text ? Leaf(text, inside) : null;
        if (children.Index().All(child => child.Item.Key == child.Index.ToString(CultureInfo.InvariantCulture))) return new JsonArray([.. children.Select(child => Value(child, inside))]); // as lists stand in settings; other numbers are names
        return new JsonObject(children.Select(child => KeyValuePair.Create(child.Key, Value(child, inside: true))));
    }

    /// <summary>Settings hold texts only. Outside of objects the table reads numbers from texts itself, and a text to stop at stays one.</summary>
    private static JsonNode? Leaf(string text, bool inside)
    {
        if (inside && bool.TryParse(text, out var truth)) return truth;
        if (!text.StartsWith('{') && !(inside && text.Length > 0 && (char.IsAsciiDigit(text[^1]) || text[^1] == ']'))) return text;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
