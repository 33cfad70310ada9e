using System.Globalization;

namespace Turnpike.Cli.Input;

/// <summary>Lengths of time as people type them: <c>30s</c>, <c>15m</c>, <c>12h</c>, <c>90d</c>.</summary>
internal static class TimeSpans
{
    /// <exception cref="UsageException">It is none.</exception>
    public static TimeSpan Read(string option, string text)
    {
        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        if (unit > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return TimeSpan.FromSeconds((double)number * unit);
        throw new UsageException($"{option} is \"{text}\", which is no length of time.", "Give a number and a unit: 30s, 15m, 12h or 90d.");
    }
}
