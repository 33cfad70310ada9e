using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>The front matter of a <c>.prompt</c> file: the format's own keys, and ours, which may be written dotted or nested.</summary>
/// <param name="Plain">Everything but our own keys.</param>
/// <param name="Own">What stands under <c>turnpike</c>, nested.</param>
internal sealed record FrontMatter(JsonObject Plain, JsonObject Own)
{
    public const string Namespace = "turnpike";
    private const string Environment = "${env";

    private static readonly string[] Known =
        ["title", "tags", "labels", "variables", "resources", "tools", "rules", "parameters", "fallback", "restart", "onDisconnect", "store", "system", "expandUserText", "triggers", "mcp"];

    public static FrontMatter Of(JsonObject yaml, FileFaults faults = default)
    {
        NoEnvironment(yaml, "");
        var (plain, own) = (new JsonObject(), new JsonObject());
        foreach (var (key, value) in yaml)
        {
            if (key == Namespace)
            {
                foreach (var (name, member) in FileValues.Mapping(value, key) ?? []) Add(own, name, member);
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
            if (!Known.Contains(name)) faults.Tell(FileErrors.Invalid($"{Namespace}.{name}", $"is not known.{Nearest.Hint(name, Known)}"));
        }
        return new(plain, own);
    }

    /// <summary>Puts a dotted key in its place: <c>tools.approval.booking.*</c> is the member <c>booking.*</c> of <c>approval</c> of <c>tools</c>.</summary>
    private static void Add(JsonObject own, string path, JsonNode? value)
    {
        var names = path.Split('.', 3);
        var target = own;
        for (var i = 0; i < names.Length - 1; i++)
        {
            if (target[names[i]] is null) target[names[i]] = new JsonObject();
            target = target[names[i]] as JsonObject ?? throw FileErrors.Invalid($"{Namespace}.{path}", "is given below something that is no mapping.");
        }
        Merge(target, names[^1], value, $"{Namespace}.{path}");
    }

    private static void Merge(JsonObject target, string name, JsonNode? value, string path)
    {
        if (!target.TryGetPropertyValue(name, out var there)) target[name] = value?.DeepClone();
        else if (there is JsonObject mapping && value is JsonObject more) foreach (var (inner, member) in more) Merge(mapping, inner, member, $"{path}.{inner}");
        else throw FileErrors.Invalid(path, "is given twice.");
    }

    /// <summary>Refuses values that would be taken from the environment: no prompt carries secrets, whatever it is written in.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void NoEnvironment(JsonNode? value, string path) => NoEnvironment(value, JsonPlace.Of(path));

    private static void NoEnvironment(JsonNode? value, JsonPlace place)
    {
        switch (value)
        {
            case JsonObject mapping:
                foreach (var (name, member) in mapping) NoEnvironment(member, place.Member(name));
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++) NoEnvironment(list[i], place.Item(i));
                break;
            case JsonValue text when text.TryGetValue<string>(out var plain) && plain.Contains(Environment, StringComparison.OrdinalIgnoreCase):
                throw FileErrors.Invalid(place.ToString(), "takes a value from the environment, and a prompt carries no secrets. Make it a variable, or set it where the server is configured.");
        }
    }
}
