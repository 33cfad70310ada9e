using System.Globalization;
using System.Text.Json;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>Follows a <c>$ref</c> that points into its own schema: <c>#</c> or <c>#/…</c>. Nothing is ever loaded.</summary>
internal static class SchemaReferences
{
    public static bool TryFollow(JsonElement root, string reference, out JsonElement target, out string fault)
    {
        target = root;
        fault = "";
        if (!reference.StartsWith('#'))
        {
            fault = $"refers to \"{reference}\", which is not inside the schema; put it under \"$defs\" and refer to it as \"#/$defs/…\"";
            return false;
        }
        var pointer = Unescape(reference[1..]);
        if (pointer.Length == 0) return true;
        if (pointer[0] == '/' && Walk(root, pointer, out target)) return true;
        fault = $"refers to \"{reference}\", which does not exist in the schema";
        return false;
    }

    private static bool Walk(JsonElement root, string pointer, out JsonElement target)
    {
        target = root;
        foreach (var step in pointer[1..].Split('/'))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind == JsonValueKind.Object && target.TryGetProperty(name, out var member)) target = member;
            else if (target.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < target.GetArrayLength()) target = target[index];
            else return false;
        }
        return true;
    }

    private static string Unescape(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text;
}
