using System.Globalization;

namespace Turnpike.Triggers.Parsing;

/// <summary>Whether a value fits an argument, and what it is then.</summary>
internal static class ValueCheck
{
    /// <summary>What is wrong with a value; null when it fits.</summary>
    public static string? Misfit(TriggerArgument argument, string value)
    {
        var fits = argument.Type switch
        {
            TriggerArgumentType.Number => Number(value) is { } number && InRange(argument, number),
            TriggerArgumentType.Integer => Integer(value) is { } number && InRange(argument, number),
            TriggerArgumentType.Boolean => Boolean(value) is not null,
            TriggerArgumentType.Enum => Option(argument, value) is not null,
            TriggerArgumentType.String or TriggerArgumentType.Text => !argument.Required || argument.MayBeEmpty || value.Length > 0,
            _ => true,
        };
        return fits ? null : $"{argument.Name} is {argument.Expects}, not \"{(value.Length > 80 ? value[..80] + "…" : value)}\".";
    }

    public static double? Number(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    public static long? Integer(string value) => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool? Boolean(string value) => value.ToLowerInvariant() switch { "true" or "on" => true, "false" or "off" => false, _ => null };

    public static string? Option(TriggerArgument argument, string value) => argument.Options?.FirstOrDefault(option => option.Equals(value, StringComparison.OrdinalIgnoreCase));

    private static bool InRange(TriggerArgument argument, double number) => (argument.Min is not { } min || number >= min) && (argument.Max is not { } max || number <= max);
}
