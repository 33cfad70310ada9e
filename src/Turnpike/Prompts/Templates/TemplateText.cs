using System.Text;
using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>A value as text: nothing for null, <c>true</c> and <c>false</c>, numbers in their shortest form, lists joined by commas. An object has no text.</summary>
internal static class TemplateText
{
    private const int DeepestList = 64;

    /// <summary>The text; null when the value is an object, or a list that holds one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="longest">The most characters that a list may have; more is <c>template_limit</c>.</param>
    public static string? Of(object? value, int longest) => value switch
    {
        null => "",
        string text => text,
        true => "true",
        false => "false",
        TypedText typed => typed.Text,
        JsonElement { ValueKind: not (JsonValueKind.Number or JsonValueKind.Array or JsonValueKind.Object) } json => Of(TemplateValues.Plain(json), longest),
        _ when TemplateNumber.Of(value) is not null => TemplateNumber.Text(value),
        _ when TemplateValues.ListLength(value) >= 0 => List(value, longest),
        _ => null,
    };

    private static string? List(object value, int longest)
    {
        var joined = new StringBuilder();
        return Join(joined, value, longest, 0) ? joined.ToString() : null;
    }

    private static bool Join(StringBuilder joined, object? value, int longest, int depth)
    {
        if (joined.Length > longest) throw TemplateBudget.TooLong();
        if (depth > DeepestList) throw TemplateErrors.Limit($"A list of the prompt's values is nested more than {DeepestList} deep.");
        if (TemplateValues.ListLength(value) < 0)
        {
            if (Of(value, longest) is not { } text) return false;
            joined.Append(text);
            return true;
        }
        var isFirst = true;
        foreach (var item in TemplateLists.Items(value))
        {
            if (!isFirst) joined.Append(',');
            isFirst = false;
            if (!Join(joined, item, longest, depth + 1)) return false;
        }
        return true;
    }
}
