using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Echo;

/// <summary>The tool calls that a text asks for, and what was wrong with those that could not be made.</summary>
internal sealed partial record EchoCalls(IReadOnlyList<EchoCall> Asked, IReadOnlyList<string> Problems)
{
    private const int Most = 600; // more than a step may have

    /// <summary>
    /// Finds every <c>call tool {json}</c>; the JSON may be missing when the tool is one of those offered. A name that nobody
    /// offers is only a problem when JSON follows it, for "call me later" is plain text.
    /// </summary>
    public static EchoCalls Read(string text, ChatOptions options)
    {
        var tools = options.ToolMode is NoneChatToolMode ? [] : options.Tools?.OfType<AIFunctionDeclaration>().Select(tool => tool.Name).ToList() ?? [];
        var (asked, problems) = (new List<EchoCall>(), new List<string>());
        foreach (Match match in Calls().Matches(text))
        {
            if (asked.Count + problems.Count >= Most) break;
            var given = match.Groups["name"].Value;
            var end = match.Index + match.Length;
            var tool = tools.Find(name => name == given) ?? tools.Find(name => name.Equals(given, StringComparison.OrdinalIgnoreCase));
            var hasJson = end < text.Length && text[end] == '{';
            if (tool is null && hasJson) problems.Add($"There is no tool `{given}` in this turn.{Nearest.Hint(given, tools).Replace('"', '`')}");
            if (tool is null) continue;
            if (!hasJson) asked.Add(new(tool, new Dictionary<string, object?>()));
            else if (Arguments(text[end..]) is { } arguments) asked.Add(new(tool, arguments));
            else problems.Add($"What follows `call {given}` is not a JSON object, or it is nested deeper than {ForeignJson.Deepest} levels.");
        }
        return new(asked, problems);
    }

    private static Dictionary<string, object?>? Arguments(string json)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = ForeignJson.Deepest, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return ForeignJson.Readable(JsonElement.ParseValue(ref reader)).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\bcall\s+`?(?<name>[\w.\-/]*\w)`?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Calls();
}
