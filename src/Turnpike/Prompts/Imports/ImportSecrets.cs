using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Imports;

/// <summary>Tells by their names the members of foreign files that must not travel: secrets and code, however deep they stand.</summary>
internal static partial class ImportSecrets
{
    private static readonly string[] Always = ["apikey", "accesskey", "secretkey", "authtoken", "accesstoken", "secret", "secrets", "password", "passwd", "passphrase", "authorization", "bearer", "headers", "credential", "credentials", "connection"];
    private static readonly string[] BeforeKey = ["api", "access", "secret", "private", "subscription", "auth", "account"];
    private static readonly string[] NoSecretTokens = ["stop", "eos", "bos", "pad", "unk", "sep", "mask", "start", "end", "begin", "max", "min", "per", "special"]; // words of a model, and how many
    private static readonly string[] Code = ["code", "script", "function_body", "javascript", "python", "handler"];

    private static readonly string[] Ambiguous = ["headers", "connection"];
    private static readonly string[] OfProperties = ["properties", "patternProperties", "$defs", "definitions"];
    private static readonly string[] WordsOfSchemas = ["type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf", "properties", "items", "description"];
    private static readonly string[] ValuesOfSchemas = ["default", "const", "example", "examples"];

    /// <summary>Whether a member of this name holds a secret: its last words say so, whether _, - or capitals part them. A switch holds none.</summary>
    public static bool IsSecret(string name, JsonNode? value)
    {
        if (value is null || value.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return false;
        var words = Between.Split(name).Where(word => word.Length > 0).Select(word => word.ToLowerInvariant()).ToArray();
        return words switch
        {
            [.., var last] when Always.Contains(last) => true,
            [.., var before, "key" or "keys"] => BeforeKey.Contains(before),
            [.., "connection", "string"] => true,
            [.., var before, "token"] => value.GetValueKind() != JsonValueKind.Number && !NoSecretTokens.Contains(before),
            ["token"] => value.GetValueKind() != JsonValueKind.Number,
            _ => false,
        };
    }

    public static bool IsCode(string name) => Code.Contains(name.Replace('-', '_').ToLowerInvariant());

    /// <summary>Whether a variable of this name has a key for its default. Headers and connections may be a text's: of a table, or of trains.</summary>
    public static bool IsKey(string name, JsonNode? value) => IsSecret(name, value) && value?.ToString().Length > 0 && !Ambiguous.Contains(Between.Split(name)[^1].ToLowerInvariant());

    /// <summary>A value without the secrets and the code inside of it. The names of properties in a JSON Schema are neither; a value that the schema gives to one with a secret's name is.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Where it stands; empty: on top.</param>
    /// <param name="tell">Hears what was left out.</param>
    /// <param name="code">Whether code is left out too.</param>
    public static JsonNode? Without(JsonNode? value, string path, Action<string> tell, bool code = true) => Walk(value, JsonPlace.Of(path), null, (inner, isCode) =>
    {
        if (isCode && !code) return false;
        tell($"{inner}: left out, {(isCode ? "code is" : "secrets are")} not imported");
        return true;
    });

    /// <summary>The paths of the secrets inside of a value.</summary>
    public static IReadOnlyList<string> In(JsonNode? value, string path)
    {
        var found = new List<string>();
        Walk(value, JsonPlace.Of(path), null, (inner, isCode) =>
        {
            if (!isCode) found.Add(inner.ToString());
            return !isCode;
        });
        return found;
    }

    /// <summary>The path of a member.</summary>
    public static string Inner(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static JsonNode? Walk(JsonNode? value, JsonPlace place, string? property, Func<JsonPlace, bool, bool> leave)
    {
        switch (value)
        {
            case JsonArray list: return new JsonArray([.. list.Select((item, at) => Walk(item, place.Item(at), property, leave))]);
            case JsonObject members:
                var (left, areProperties) = (new JsonObject(), OfProperties.Contains(place.Name));
                foreach (var (name, member) in members)
                {
                    var inner = place.Member(name);
                    if (areProperties && IsSchema(member))
                    {
                        left[name] = Walk(member, inner, IsSecret(name, "") ? name : property, leave);
                        continue;
                    }
                    if ((IsSecret(name, member) || (property is not null && ValuesOfSchemas.Contains(name) && IsSecret(property, member))) && leave(inner, false)) continue;
                    if (IsCode(name) && leave(inner, true)) continue;
                    left[name] = Walk(member, inner, property, leave);
                }
                return left;
            default: return value?.DeepClone();
        }
    }

    private static bool IsSchema(JsonNode? node) => node is JsonObject schema ? schema.Count == 0 || schema.Any(member => WordsOfSchemas.Contains(member.Key)) : node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    [GeneratedRegex(@"[_\-. ]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Between { get; }
}
