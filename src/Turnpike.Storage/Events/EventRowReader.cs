using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Events;

/// <summary>Makes events of rows again; those of a <see cref="DeltaRun"/> are the same deltas with the same numbers and times, so gathering is seen by nobody.</summary>
internal static class EventRowReader
{
    /// <summary>Adds the events of a row that come after a number.</summary>
    public static void Read(in EventRow row, string turn, string conversation, long after, List<TurnEvent> into)
    {
        if (row.First < row.Last) ReadRun(row, turn, conversation, after, into);
        else into.Add(TurnEventJson.Read(row.Type, row.Data.Span, new(turn, conversation, row.First, DateTimeOffset.FromUnixTimeMilliseconds(row.At))));
    }

    private static void ReadRun(in EventRow row, string turn, string conversation, long after, List<TurnEvent> into)
    {
        using var data = JsonDocument.Parse(row.Data);
        var run = data.RootElement;
        var (text, step, block) = (run.GetProperty("text").GetString()!, run.GetProperty("step").GetInt32(), run.GetProperty("block").GetInt32());
        var refusal = run.TryGetProperty("refusal", out _);
        var times = run.GetProperty("ms").EnumerateArray();
        var (start, sequence) = (0, row.First);
        foreach (var cut in run.GetProperty("cuts").EnumerateArray())
        {
            times.MoveNext();
            var length = cut.GetInt32();
            if (sequence > after)
            {
                var said = text.Substring(start, length);
                TurnEvent delta = row.Type == "text.delta" ? new TextDelta { Text = said, Step = step, Block = block, Refusal = refusal } : new ReasoningDelta { Text = said, Step = step, Block = block };
                delta.Place(turn, conversation, sequence, DateTimeOffset.FromUnixTimeMilliseconds(row.At + times.Current.GetInt64()));
                into.Add(delta);
            }
            (start, sequence) = (start + length, sequence + 1);
        }
    }
}
