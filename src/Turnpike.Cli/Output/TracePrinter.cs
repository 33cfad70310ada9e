using System.Globalization;
using System.Text.Json;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Tracing;

namespace Turnpike.Cli.Output;

/// <summary>Shows the road of a turn: each station with what it changed.</summary>
internal static class TracePrinter
{
    private const int MostShown = 100;

    /// <summary>Writes the stations for people.</summary>
    public static void Write(Surroundings here, IReadOnlyList<TraceStation> stations)
    {
        var paint = new Paint(here.OutIsTerminal && here.Colour);
        foreach (var station in stations)
        {
            here.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{paint.Bold(station.Station.PadRight(14))} {paint.Dim($"{station.Milliseconds:0.00} ms")}\n"));
            foreach (var change in station.Changes) here.Out.Write(Line(here, paint, change));
            foreach (var warning in station.Warnings ?? []) here.Out.Write($"  ! {(here.OutIsTerminal ? Terminals.Safe(warning.Message) : warning.Message)}  {paint.Dim($"({warning.Code})")}\n");
            foreach (var item in station.Packing ?? []) here.Out.Write(Packed(here, paint, item));
        }
    }

    private static string Line(Surroundings here, Paint paint, TraceChange change)
    {
        var before = change.Before is null ? "" : $"{Value(change.Before)} → ";
        var line = $"{before}{Value(change.After)}";
        return $"  {change.Path}  {(here.OutIsTerminal ? Terminals.Safe(line) : line)}  {paint.Dim($"({change.Source}{(change.Span is { } span ? $", characters {span.Start} to {span.End}" : "")})")}\n";
    }

    private static string Packed(Surroundings here, Paint paint, PackingItem item)
    {
        var name = item.Title ?? item.Id;
        return string.Create(CultureInfo.InvariantCulture, $"  {item.Kind} {(here.OutIsTerminal ? Terminals.Safe(name) : name)}  {item.Outcome}: {item.Sent} of about {item.Tokens} tokens  {paint.Dim($"({item.Reason})")}\n");
    }

    private static string Value(object? value)
    {
        var text = value switch
        {
            null => "nothing",
            JsonElement { ValueKind: JsonValueKind.String } json => Quoted(json.GetString()!),
            JsonElement json => json.GetRawText(),
            string plain => Quoted(plain),
            bool flag => flag ? "true" : "false",
            IEnumerable<string> names => $"[{string.Join(", ", names)}]",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= MostShown ? text : text[..MostShown] + "…";
    }

    private static string Quoted(string text) => $"\"{text.ReplaceLineEndings("⏎")}\"";
}
