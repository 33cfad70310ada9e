namespace Turnpike.Turns.Tracing;

/// <summary>The road of one turn: each station with what it changed. Recording costs one small object a change; nothing is written as JSON before it is asked for.</summary>
public sealed class TurnTrace(TimeProvider time)
{
    private readonly List<TraceChange> _changes = new(16);
    private readonly List<(string Station, int First, double Milliseconds)> _stations = new(7);
    private long _since;

    /// <summary>Everything that was changed so far, in order.</summary>
    public IReadOnlyList<TraceChange> Changes => _changes;

    /// <summary>The station that is open now; null between stations.</summary>
    public string? Station { get; private set; }

    /// <summary>A road that was kept and goes on.</summary>
    public static TurnTrace Continue(IReadOnlyList<TraceStation> kept, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(kept);
        var trace = new TurnTrace(time);
        foreach (var station in kept)
        {
            trace._stations.Add((station.Station, trace._changes.Count, station.Milliseconds));
            trace._changes.AddRange(station.Changes);
        }
        return trace;
    }

    /// <summary>Opens a station; what is recorded from now on is its doing.</summary>
    public void Enter(string station)
    {
        Leave();
        (Station, _since) = (station, time.GetTimestamp());
        _stations.Add((station, _changes.Count, 0));
    }

    /// <summary>Closes the open station.</summary>
    public void Leave()
    {
        if (Station is null) return;
        var (station, first, _) = _stations[^1];
        _stations[^1] = (station, first, time.GetElapsedTime(_since).TotalMilliseconds);
        Station = null;
    }

    /// <summary>Notes a change.</summary>
    public void Record(TraceChange change) => _changes.Add(change);

    /// <summary>Notes a change.</summary>
    public void Record(string path, object? before, object? after, string source, TextSpan? span = null) => _changes.Add(new(path, before, after, source, span));

    /// <summary>Forgets what was recorded after a point.</summary>
    internal void Truncate(int count) => _changes.RemoveRange(count, _changes.Count - count);

    /// <summary>The stations passed so far.</summary>
    public IReadOnlyList<TraceStation> Stations()
    {
        var stations = new TraceStation[_stations.Count];
        for (var i = 0; i < stations.Length; i++)
        {
            var (station, first, milliseconds) = _stations[i];
            var end = i + 1 < stations.Length ? _stations[i + 1].First : _changes.Count;
            stations[i] = new(station, milliseconds, _changes.GetRange(first, end - first));
        }
        return stations;
    }
}
