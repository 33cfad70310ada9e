using System.Buffers;
using System.Buffers.Text;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Events;

/// <summary>
/// Deltas of one block that follow each other, gathered into one row: <c>{"text", "step", "block", "refusal"?, "cuts", "ms"}</c>. The text is the whole of it;
/// <c>cuts</c> are the lengths of the deltas in UTF-16 units and <c>ms</c> their times after the first one's. A single delta is written as itself.
/// </summary>
internal sealed class DeltaRun
{
    private const int Longest = 8192; // bytes; a reader of one of its events parses the whole row

    private readonly ArrayBufferWriter<byte> _text = new(512), _cuts = new(128), _times = new(128);
    private TurnEvent? _first, _last;
    private long _start;

    /// <summary>The turn.</summary>
    public string Turn => _first!.Turn;

    /// <summary>The number of the last delta.</summary>
    public long Last => _last!.Sequence;

    /// <summary>The number of the last event in the store, which the next row follows on.</summary>
    public long Kept { get; set; }

    /// <summary>Whether there are deltas that are not in the store.</summary>
    public bool IsDirty => Kept < Last;

    /// <summary>Whether it is known that all that the store gathers for the turn is part of this run.</summary>
    public bool OwnsGathered { get; set; }

    /// <summary>About how many bytes its row has.</summary>
    public int Size => 64 + _text.WrittenCount + _cuts.WrittenCount + _times.WrittenCount;

    /// <summary>Starts over with a delta.</summary>
    public void Start(TurnEvent delta)
    {
        _text.ResetWrittenCount();
        _cuts.ResetWrittenCount();
        _times.ResetWrittenCount();
        (_first, _start, Kept, OwnsGathered) = (delta, delta.At.ToUnixTimeMilliseconds(), delta.Sequence - 1, false);
        Add(delta);
    }

    /// <summary>Takes the next delta; false when it needs a row of its own.</summary>
    public bool TryAdd(TurnEvent delta)
    {
        if (Size >= Longest || !Follows(_last!, delta)) return false;
        Add(delta);
        return true;
    }

    /// <summary>The row, its data written to a buffer.</summary>
    public EventRow Row(ArrayBufferWriter<byte> data)
    {
        data.ResetWrittenCount();
        if (ReferenceEquals(_first, _last)) TurnEventJson.WritePayload(data, _first!);
        else Write(data);
        return new(_first!.Sequence, Last, _first.Type, _start, data.WrittenMemory);
    }

    private static bool Follows(TurnEvent before, TurnEvent next) => next.Sequence == before.Sequence + 1 && (before, next) switch
    {
        (TextDelta a, TextDelta b) => a.Step == b.Step && a.Block == b.Block && a.Refusal == b.Refusal && a.Phase is null && b.Phase is null && a.Citations.Count == 0 && b.Citations.Count == 0,
        (ReasoningDelta a, ReasoningDelta b) => a.Step == b.Step && a.Block == b.Block && a.Protected is null && b.Protected is null,
        _ => false,
    };

    private void Add(TurnEvent delta)
    {
        var text = delta is TextDelta said ? said.Text : ((ReasoningDelta)delta).Text;
        JsonText.Write(_text, text);
        Number(_cuts, text.Length);
        Number(_times, delta.At.ToUnixTimeMilliseconds() - _start);
        _last = delta;
    }

    private void Write(ArrayBufferWriter<byte> to)
    {
        var said = _first as TextDelta;
        to.Write("{\"text\":\""u8);
        to.Write(_text.WrittenSpan);
        to.Write("\",\"step\":"u8);
        Number(to, said?.Step ?? ((ReasoningDelta)_first!).Step, comma: false);
        to.Write(",\"block\":"u8);
        Number(to, said?.Block ?? ((ReasoningDelta)_first!).Block, comma: false);
        if (said is { Refusal: true }) to.Write(",\"refusal\":true"u8);
        to.Write(",\"cuts\":["u8);
        to.Write(_cuts.WrittenSpan[1..]);
        to.Write("],\"ms\":["u8);
        to.Write(_times.WrittenSpan[1..]);
        to.Write("]}"u8);
    }

    private static void Number(ArrayBufferWriter<byte> to, long number, bool comma = true)
    {
        var span = to.GetSpan(24);
        var at = 0;
        if (comma) span[at++] = (byte)',';
        Utf8Formatter.TryFormat(number, span[at..], out var written);
        to.Advance(at + written);
    }
}
