using System.Globalization;
using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>Numbers of templates: JSON numbers and CLR ones.</summary>
internal static class TemplateNumber
{
    /// <summary>The value as a double; null when it is no number.</summary>
    public static double? Of(object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Number } json => json.GetDouble(),
        int number => number,
        long number => number,
        double number => number,
        decimal number => (double)number,
        float number => number,
        _ => null,
    };

    /// <summary>A number in its shortest form: no sign of plus, no zeros that say nothing, an exponent only beyond 21 digits.</summary>
    public static string Text(object number)
    {
        switch (number)
        {
            case int whole: return whole.ToString(CultureInfo.InvariantCulture);
            case long whole: return whole.ToString(CultureInfo.InvariantCulture);
            case decimal exact: return Exact(exact);
            case JsonElement json when json.TryGetInt64(out var whole): return whole.ToString(CultureInfo.InvariantCulture);
            case JsonElement json when !json.GetRawText().AsSpan().ContainsAny('e', 'E') && json.TryGetDecimal(out var exact): return Exact(exact);
            default: return Double(Of(number) ?? 0);
        }
    }

    private static string Exact(decimal number) => number == 0 ? "0" : number.ToString("0.#############################", CultureInfo.InvariantCulture);

    private static string Double(double number)
    {
        if (number == 0) return "0";
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0) return text;
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is > 20 or < -6) return string.Create(CultureInfo.InvariantCulture, $"{text[..e]}e{exponent:+0;-0}");
        var sign = number < 0 ? "-" : "";
        var digits = text[..e].Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}" : sign + digits.PadRight(exponent + 1, '0');
    }
}
