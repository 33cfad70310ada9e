using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>Goes through lists and objects in their order.</summary>
internal static class TemplateLists
{
    /// <summary>The items of a list; none for anything else.</summary>
    public static IEnumerable<object?> Items(object? value)
    {
        if (value is MessagesValue messages) value = messages.Json;
        if (value is JsonElement { ValueKind: JsonValueKind.Array } json)
        {
            foreach (var item in json.EnumerateArray()) yield return TemplateValues.Plain(item);
        }
        else if (value is IReadOnlyList<object?> list)
        {
            foreach (var item in list) yield return TemplateValues.Plain(item);
        }
    }

    /// <summary>The members of an object; none for anything else.</summary>
    public static IEnumerable<(string Name, object? Value)> Members(object? value)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Object } json)
        {
            foreach (var member in json.EnumerateObject()) yield return (member.Name, TemplateValues.Plain(member.Value));
        }
        else if (value is IReadOnlyDictionary<string, object?> map)
        {
            foreach (var (name, member) in map) yield return (name, TemplateValues.Plain(member));
        }
    }
}
