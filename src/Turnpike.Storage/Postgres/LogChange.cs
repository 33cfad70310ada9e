using System.Buffers;
using Turnpike.Storage.Events;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Postgres;

/// <summary>What one commit adds to the log of one turn.</summary>
/// <param name="turn">The turn.</param>
/// <param name="expected">The number of the last event before.</param>
/// <param name="run">The text that the table of running turns gathers for it; null: not known, so what is there is moved.</param>
internal sealed class LogChange(string turn, long expected, DeltaRun? run)
{
    private const int Enough = 800; // bytes; above it a row is not written again with each commit

    public string Turn => turn;

    public long Expected { get; } = expected;

    /// <summary>The number of the last event with this commit.</summary>
    public long Last { get; private set; } = expected;

    /// <summary>Whether the gathered text in the table is none of ours to write again.</summary>
    public bool Moves { get; } = run is null;

    /// <summary>Rows for the table of events.</summary>
    public List<EventRow> Rows { get; } = [];

    /// <summary>The text that stays gathered.</summary>
    public DeltaRun? Run { get; private set; } = run;

    /// <summary>Whether the database took it.</summary>
    public bool IsKept { get; set; }

    /// <summary>Takes the turn's next event; false when it does not follow on the one before.</summary>
    public bool TryAdd(TurnEvent happened, ArrayBufferWriter<byte> buffer)
    {
        if (happened.Sequence != Last + 1) return false;
        if (happened is TextDelta or ReasoningDelta)
        {
            if (Run is null || !Run.TryAdd(happened))
            {
                Close(buffer);
                Run = new();
                Run.Start(happened);
            }
        }
        else
        {
            Close(buffer);
            buffer.ResetWrittenCount();
            TurnEventJson.WritePayload(buffer, happened);
            Rows.Add(new(happened.Sequence, happened.Sequence, happened.Type, happened.At.ToUnixTimeMilliseconds(), buffer.WrittenSpan.ToArray()));
        }
        Last = happened.Sequence;
        return true;
    }

    /// <summary>Makes a row for good of text that is long enough; the row that stays gathered, null when none does.</summary>
    public EventRow? Finish(ArrayBufferWriter<byte> buffer)
    {
        if (Run is { Size: >= Enough }) Close(buffer);
        return Run is null ? null : Copy(Run.Row(buffer));
    }

    private void Close(ArrayBufferWriter<byte> buffer)
    {
        if (Run is not null) Rows.Add(Copy(Run.Row(buffer)));
        Run = null;
    }

    private static EventRow Copy(in EventRow row) => row with { Data = row.Data.ToArray() };
}
