using System.Text;
using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>Names a value in a message: its kind, and its content when that is short and no secret.</summary>
internal static class Given
{
    private const int Longest = 40;

    public static string Describe(JsonElement value, bool secret = false) => value.ValueKind switch
    {
        JsonValueKind.String when secret => "the text •••",
        JsonValueKind.Number when secret => "the number •••",
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Number => "the number " + Short(value.GetRawText()),
        JsonValueKind.True or JsonValueKind.False when secret => "a truth value",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => $"a list of {Count(value.GetArrayLength(), "item")}",
        JsonValueKind.Object => $"an object of {Count(value.GetPropertyCount(), "member")}",
        _ => "null",
    };

    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Text(string text)
    {
        if (text.Length == 0) return "the empty text";
        var shown = new StringBuilder("the text \"");
        foreach (var letter in Short(text)) shown.Append(char.IsControl(letter) ? ' ' : letter);
        shown.Append('"');
        if (text.Length > Longest) shown.Append($" of {text.Length} characters");
        return shown.ToString();
    }

    private static string Short(string text) => text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "…";
}
