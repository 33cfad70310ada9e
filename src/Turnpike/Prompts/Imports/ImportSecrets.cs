using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Turnpike.Prompts.Imports;

/// <summary>Tells by their names the members of foreign files that must not travel: secrets and code, however deep they stand.</summary>
internal static partial class ImportSecrets
{
    private static readonly string[] Always = ["apikey", "accesskey", "secretkey", "authtoken", "accesstoken", "secret", "secrets", "password", "passwd", "passphrase", "authorization", "bearer", "headers", "credential", "credentials", "connection"];
    private static readonly string[] BeforeKey = ["api", "access", "secret", "private", "subscription", "auth", "account"];
    private static readonly string[] NoSecretTokens = ["stop", "eos", "bos", "pad", "unk", "sep", "mask", "start", "end", "begin", "max", "min", "per", "special"]; // words of a model, and how many
    private static readonly string[] Code = ["code", "script", "function_body", "javascript", "python", "handler"];

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

    /// <summary>A value without the secrets and the code inside of it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="tell">Hears what was left out.</param>
    public static JsonNode? Without(JsonNode? value, string path, Action<string> tell)
    {
        switch (value)
        {
            case JsonArray list: return new JsonArray([.. list.Select((item, at) => Without(item, $"{path}[{at}]", tell))]);
            case JsonObject members:
                var left = new JsonObject();
                foreach (var (name, member) in members)
                {
                    if (IsSecret(name, member)) tell($"{path}.{name}: left out, secrets are not imported");
                    else if (IsCode(name)) tell($"{path}.{name}: left out, code is not imported");
                    else left[name] = Without(member, $"{path}.{name}", tell);
                }
                return left;
            default: return value?.DeepClone();
        }
    }

    /// <summary>The paths of the secrets inside of a value.</summary>
    public static IEnumerable<string> In(JsonNode? value, string path) => value switch
    {
        JsonObject members => members.SelectMany(member => $"{(path.Length == 0 ? "" : path + ".")}{member.Key}" is var inner && IsSecret(member.Key, member.Value) ? [inner] : In(member.Value, inner)),
        JsonArray list => list.SelectMany((item, at) => In(item, $"{path}[{at}]")),
        _ => [],
    };

    [GeneratedRegex(@"[_\-. ]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Between { get; }
}
