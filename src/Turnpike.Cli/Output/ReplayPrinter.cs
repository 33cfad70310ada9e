using System.Globalization;
using System.Text.Json;
using Turnpike.Turns.Recordings;

namespace Turnpike.Cli.Output;

/// <summary>Shows what came of a replay.</summary>
internal static class ReplayPrinter
{
    /// <summary>Writes the report for people.</summary>
    public static void Write(Surroundings here, ReplayReport report)
    {
        var paint = new Paint(here.OutIsTerminal && here.Colour);
        foreach (var attempt in report.Attempts)
        {
            var status = attempt.Status?.ToString(CultureInfo.InvariantCulture) ?? "no answer";
            here.Out.Write(string.Create(CultureInfo.InvariantCulture, $"step {attempt.Step}, attempt {attempt.Attempt}  {attempt.Model}  {paint.Dim(FormattableString.Invariant($"{status}, {attempt.Bytes:N0} bytes{(attempt.Truncated ? ", not all kept" : "")}"))}\n"));
        }
        if (report.Same) here.Out.Write("The same.\n");
        foreach (var difference in report.Differences) here.Out.Write($"{paint.Bold(Safe(here, difference.Where))}\n  kept  {Value(here, difference.Kept)}\n  now   {Value(here, difference.Now)}\n");
    }

    private static string Value(Surroundings here, JsonElement? value) => value is not { } told ? "nothing" : Safe(here, told.GetRawText());

    private static string Safe(Surroundings here, string text) => here.OutIsTerminal ? Terminals.Safe(text) : text;
}
