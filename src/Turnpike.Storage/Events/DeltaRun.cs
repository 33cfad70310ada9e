using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Events;

/// <summary>
/// Deltas of one block that follow each other, written as one row: <c>{"text", "step", "block", "refusal"?, "cuts", "ms"}</c>. The text is the whole of it;
/// <c>cuts</c> are the lengths of the deltas in UTF-16 units and <c>ms</c> their times after the first one's. Read back they are the same deltas with the same
/// numbers, so merging is seen by nobody.
/// </summary>
internal static class DeltaRun
{
    /// <summary>Whether a delta may stand in the same row as the one before it.</summary>
    public static bool Follows(TurnEvent before, TurnEvent next) => next.Sequence == before.Sequence + 1 && (before, next) switch
    {
        (TextDelta a, TextDelta b) => a.Step == b.Step && a.Block == b.Block && a.Refusal == b.Refusal,
        (ReasoningDelta a, ReasoningDelta b) => a.Step == b.Step && a.Block == b.Block,
        _ => false,
    };

    /// <summary>The text of a delta.</summary>
    public static string TextOf(TurnEvent delta) => delta is TextDelta text ? text.Text : ((ReasoningDelta)delta).Text;

    /// <summary>Writes a run of at least two deltas.</summary>
    public static void Write(IBufferWriter<byte> to, List<TurnEvent> deltas)
    {
        to.Write("{\"text\":\""u8);
        foreach (var delta in deltas) JsonText.Write(to, TextOf(delta));
        to.Write("\",\"step\":"u8);
        var text = deltas[0] as TextDelta;
        Number(to, text?.Step ?? ((ReasoningDelta)deltas[0]).Step);
        to.Write(",\"block\":"u8);
        Number(to, text?.Block ?? ((ReasoningDelta)deltas[0]).Block);
        if (text is { Refusal: true }) to.Write(",\"refusal\":true"u8);
        to.Write(",\"cuts\":["u8);
        for (var i = 0; i < deltas.Count; i++)
        {
            if (i > 0) to.Write(","u8);
            Number(to, TextOf(deltas[i]).Length);
        }
        to.Write("],\"ms\":["u8);
        var start = deltas[0].At.ToUnixTimeMilliseconds();
        for (var i = 0; i < deltas.Count; i++)
        {
            if (i > 0) to.Write(","u8);
            Number(to, deltas[i].At.ToUnixTimeMilliseconds() - start);
        }
        to.Write("]}"u8);
    }

    /// <summary>Reads the events of a row that come after a number.</summary>
    public static void Read(in EventRow row, string turn, string conversation, long after, List<TurnEvent> into)
    {
        if (row.First == row.Last)
        {
            into.Add(TurnEventJson.Read(row.Type, row.Data.Span, new(turn, conversation, row.First, DateTimeOffset.FromUnixTimeMilliseconds(row.At))));
            return;
        }
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

    private static void Number(IBufferWriter<byte> to, long number)
    {
        Utf8Formatter.TryFormat(number, to.GetSpan(20), out var written);
        to.Advance(written);
    }
}
