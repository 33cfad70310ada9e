using System.Buffers;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Events;

/// <summary>
/// Makes rows of the events of many turns: deltas that follow each other become one row, over several commits as long as the row is short. The order of each
/// turn's events is kept. What it remembers between commits only saves work: it may be forgotten at any time.
/// </summary>
internal sealed class EventGatherer(IEventRows rows)
{
    private const int Enough = 800; // bytes; above it a row is not written again with each commit, and would not fit well in a page
    private const int MostRuns = 4096;

    private readonly Dictionary<string, DeltaRun> _runs = new(StringComparer.Ordinal);
    private readonly List<DeltaRun> _changed = [];
    private readonly Stack<DeltaRun> _spare = new();
    private readonly ArrayBufferWriter<byte> _data = new(4096);

    /// <summary>Takes a turn's next delta.</summary>
    public void Add(TurnEvent delta)
    {
        if (_runs.TryGetValue(delta.Turn, out var run)) Continue(run, delta);
        else Start(delta, ownsGathered: false);
    }

    /// <summary>Writes an event with all that its turn has waiting; false when it was refused.</summary>
    public bool Write(TurnEvent happened)
    {
        if (_runs.Remove(happened.Turn, out var run)) Close(run);
        else rows.Move(happened.Turn, happened.Sequence - 1);
        _data.ResetWrittenCount();
        TurnEventJson.WritePayload(_data, happened);
        return rows.Write(happened.Turn, happened.Sequence - 1, new(happened.Sequence, happened.Sequence, happened.Type, happened.At.ToUnixTimeMilliseconds(), _data.WrittenMemory));
    }

    /// <summary>Whether anything waits.</summary>
    public bool HoldsText => _changed.Count > 0;

    /// <summary>Writes what a turn has waiting, for good.</summary>
    public void Settle(string turn)
    {
        if (_runs.Remove(turn, out var run)) Close(run);
    }

    /// <summary>Writes all that waits.</summary>
    public void Flush()
    {
        foreach (var run in _changed)
        {
            if (!_runs.TryGetValue(run.Turn, out var current) || current != run || !run.IsDirty) continue; // closed since
            if (run.Size < Enough && Gather(run)) continue;
            _runs.Remove(run.Turn);
            Close(run);
        }
        _changed.Clear();
        if (_runs.Count > MostRuns) Clear();
    }

    /// <summary>Forgets everything, for example when the transaction is lost.</summary>
    public void Clear()
    {
        foreach (var run in _runs.Values) _spare.Push(run);
        _runs.Clear();
        _changed.Clear();
    }

    private void Continue(DeltaRun run, TurnEvent delta)
    {
        if (!run.IsDirty) _changed.Add(run);
        if (run.TryAdd(delta)) return;
        _runs.Remove(delta.Turn);
        Close(run);
        Start(delta, ownsGathered: true);
    }

    private void Start(TurnEvent delta, bool ownsGathered)
    {
        var run = _spare.TryPop(out var spare) ? spare : new();
        run.Start(delta);
        run.OwnsGathered = ownsGathered;
        _runs.Add(delta.Turn, run);
        _changed.Add(run);
    }

    private bool Gather(DeltaRun run)
    {
        Own(run);
        if (!rows.Gather(run.Turn, run.Kept, run.Row(_data))) return false;
        run.Kept = run.Last;
        return true;
    }

    private void Close(DeltaRun run)
    {
        Own(run);
        rows.Write(run.Turn, run.Kept, run.Row(_data));
        _spare.Push(run);
    }

    private void Own(DeltaRun run)
    {
        if (!run.OwnsGathered) rows.Move(run.Turn, run.Kept);
        run.OwnsGathered = true;
    }
}
