using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>JSON as YAML that people like to read: mappings in blocks, lists in a line, quotes where they are needed.</summary>
internal static partial class YamlText
{
    public static void Write(StringBuilder to, JsonObject mapping, int indent)
    {
        foreach (var (name, value) in mapping)
        {
            to.Append(' ', indent).Append(Quoted(name, Alone())).Append(':');
            if (value is JsonObject { Count: > 0 } inner)
            {
                to.Append('\n');
                Write(to, inner, indent + 2);
            }
            else
            {
                to.Append(' ').Append(Flow(value, inList: false)).Append('\n');
            }
        }
    }

    private static string Flow(JsonNode? value, bool inList) => value switch
    {
        null => "null",
        JsonArray list => $"[{string.Join(", ", list.Select(item => Flow(item, inList: true)))}]",
        JsonValue text when text.TryGetValue<string>(out var plain) => inList ? Quoted(plain, InList()) : Quoted(plain, Alone()),
        _ => value.ToJsonString(TurnpikeJson.Relaxed.Options),
    };

    private static string Quoted(string text, Regex plain) =>
        plain.IsMatch(text) && !Word().IsMatch(text) ? text : JsonSerializer.Serialize(text, TurnpikeJson.Relaxed.String);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9 _.,;/()'?!+=-]*(?<! )\z")]
    private static partial Regex Alone();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9 _./+-]*(?<! )\z")]
    private static partial Regex InList();

    [GeneratedRegex(@"\A(true|false|null|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
