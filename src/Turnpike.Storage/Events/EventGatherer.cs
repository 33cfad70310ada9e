using System.Buffers;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Events;

/// <summary>Makes rows of the events of many turns: deltas that follow each other become one row. The order of each turn's events is kept.</summary>
/// <param name="write">Writes a row of a turn; false when it was refused. The row's data is only good during the call.</param>
internal sealed class EventGatherer(Func<string, EventRow, bool> write)
{
    private const int LongestRun = 8192; // UTF-16 units; a reader of one of its events parses the whole row

    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);
    private readonly Stack<Run> _spare = new();
    private readonly ArrayBufferWriter<byte> _data = new(4096);

    /// <summary>Takes a turn's next event.</summary>
    public void Add(TurnEvent happened)
    {
        if (happened is not (TextDelta or ReasoningDelta))
        {
            Write(happened);
            return;
        }
        if (_runs.TryGetValue(happened.Turn, out var run))
        {
            if (run.TryAdd(happened)) return;
            Flush(run);
        }
        else
        {
            _runs.Add(happened.Turn, run = _spare.TryPop(out var spare) ? spare : new());
        }
        run.TryAdd(happened);
    }

    /// <summary>Writes an event with all that its turn has waiting; false when it was refused.</summary>
    public bool Write(TurnEvent happened)
    {
        if (_runs.Remove(happened.Turn, out var run))
        {
            Flush(run);
            _spare.Push(run);
        }
        _data.ResetWrittenCount();
        TurnEventJson.WritePayload(_data, happened);
        return write(happened.Turn, new(happened.Sequence, happened.Sequence, happened.Type, happened.At.ToUnixTimeMilliseconds(), _data.WrittenMemory));
    }

    /// <summary>Writes all that waits.</summary>
    public void Flush()
    {
        foreach (var run in _runs.Values)
        {
            Flush(run);
            _spare.Push(run);
        }
        _runs.Clear();
    }

    /// <summary>Forgets all that waits.</summary>
    public void Clear() => _runs.Clear();

    private void Flush(Run run)
    {
        _data.ResetWrittenCount();
        var (first, last) = (run.Deltas[0], run.Deltas[^1]);
        if (run.Deltas.Count == 1) TurnEventJson.WritePayload(_data, first);
        else DeltaRun.Write(_data, run.Deltas);
        write(first.Turn, new(first.Sequence, last.Sequence, first.Type, first.At.ToUnixTimeMilliseconds(), _data.WrittenMemory));
        run.Clear();
    }

    private sealed class Run
    {
        private int _length;

        public List<TurnEvent> Deltas { get; } = [];

        public bool TryAdd(TurnEvent delta)
        {
            if (Deltas.Count > 0 && (_length >= LongestRun || !DeltaRun.Follows(Deltas[^1], delta))) return false;
            Deltas.Add(delta);
            _length += DeltaRun.TextOf(delta).Length;
            return true;
        }

        public void Clear()
        {
            Deltas.Clear();
            _length = 0;
        }
    }
}
