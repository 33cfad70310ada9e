using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>The front matter of a <c>.prompt</c> file: the format's own keys, and ours, which may be written dotted or nested.</summary>
/// <param name="Plain">Everything but our own keys.</param>
/// <param name="Own">What stands under <c>turnpike</c>.</param>
internal sealed record FrontMatter(JsonObject Plain, JsonObject Own)
{
    private const string Namespace = "turnpike";
    private static readonly string[] Known = ["title", "tags", "variables", "tools", "rules", "parameters", "fallback", "system", "expandUserText", "triggers"];

    public static FrontMatter Nested(JsonObject yaml)
    {
        var (plain, own) = (new JsonObject(), new JsonObject());
        foreach (var (key, value) in yaml)
        {
            if (key == Namespace)
            {
                foreach (var (name, member) in value as JsonObject ?? throw Invalid(key, "must be a mapping.")) Add(own, name, member);
            }
            else if (key.StartsWith(Namespace + ".", StringComparison.Ordinal))
            {
                Add(own, key[(Namespace.Length + 1)..], value);
            }
            else
            {
                plain[key] = value?.DeepClone();
            }
        }
        foreach (var (name, _) in own)
        {
            if (!Known.Contains(name)) throw Invalid($"{Namespace}.{name}", $"is not known.{Nearest.Hint(name, Known)}");
        }
        return new(plain, own);
    }

    public string? Text(string key) => Plain[key] is { } value ? TextOf(value, key) : null;

    public string? OwnText(string key) => Own[key] is { } value ? TextOf(value, $"{Namespace}.{key}") : null;

    public static string[] Texts(JsonNode? value, string path) => value switch
    {
        null => [],
        JsonArray list => [.. list.Select(item => item is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : throw Invalid(path, "must be a list of texts."))],
        JsonValue single when single.TryGetValue<string>(out var text) => [text],
        _ => throw Invalid(path, "must be a list of texts."),
    };

    private static void Add(JsonObject own, string path, JsonNode? value)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            own[path] = value?.DeepClone();
            return;
        }
        var inner = own[path[..dot]] as JsonObject ?? [];
        if (own[path[..dot]] is null) own[path[..dot]] = inner;
        Add(inner, path[(dot + 1)..], value);
    }

    private static string TextOf(JsonNode value, string path) => value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : throw Invalid(path, "must be a text.");

    private static TurnException Invalid(string path, string message) => new(TurnErrorCode.RequestInvalid, $"\"{path}\" {message}") { Field = path };
}
