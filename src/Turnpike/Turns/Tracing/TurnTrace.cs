using System.Text.Json;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Secrets;

namespace Turnpike.Turns.Tracing;

/// <summary>The road of one turn: each station with what it changed. Recording costs one small object a change; nothing is written as JSON before it is asked for.</summary>
public sealed class TurnTrace(TimeProvider time)
{
    private readonly List<TraceChange> _changes = new(16);
    private readonly List<(string Station, int First, double Milliseconds, int Of)> _stations = new(9); // a stretch each; Of is the first one of its station
    private readonly List<string> _secrets = [];
    private readonly List<(int Station, TurnWarning Warning)> _warnings = [];
    private readonly Dictionary<int, IReadOnlyList<PackingItem>> _packing = [];
    private readonly Dictionary<int, TracedValues> _values = [];
    private readonly Dictionary<int, IReadOnlyList<TextSource>> _sources = [];
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
            trace._stations.Add((station.Station, trace._changes.Count, station.Milliseconds, trace._stations.Count));
            trace._changes.AddRange(station.Changes);
            foreach (var warning in station.Warnings ?? []) trace.Warn(warning);
            if (station.Packing is { } packing) trace.Pack(packing);
            if (station.Sources is { } sources) trace.Tell(sources);
            if (station.Variables is not null || station.Parameters is not null) trace._values[trace.Opened] = new(station);
        }
        return trace;
    }

    /// <summary>Opens a station; what is recorded from now on is its doing.</summary>
    public void Enter(string station) => Open(station, _stations.Count);

    /// <summary>Opens a station again that was left for another; what is recorded from now on is its doing as well.</summary>
    internal void Return(string station) => Open(station, _stations.FindLastIndex(one => one.Station == station) is var last and >= 0 ? _stations[last].Of : _stations.Count);

    private void Open(string station, int of)
    {
        Leave();
        (Station, _since) = (station, time.GetTimestamp());
        _stations.Add((station, _changes.Count, 0, of));
    }

    /// <summary>Closes the open station.</summary>
    public void Leave()
    {
        if (Station is null) return;
        _stations[^1] = _stations[^1] with { Milliseconds = time.GetElapsedTime(_since).TotalMilliseconds };
        Station = null;
    }

    /// <summary>Notes a change.</summary>
    public void Record(TraceChange change) => _changes.Add(change);

    /// <summary>Notes a change.</summary>
    public void Record(string path, object? before, object? after, string source, TextSpan? span = null) => _changes.Add(new(path, before, after, source, span));

    /// <summary>Notes what a person should know of the open station.</summary>
    internal void Warn(TurnWarning warning) => _warnings.Add((Opened, warning));

    /// <summary>Notes the packing report of the open station.</summary>
    internal void Pack(IReadOnlyList<PackingItem> items) => _packing[Opened] = items;

    /// <summary>Notes where the messages came from that the station of messages made, the last time that it was entered.</summary>
    internal void Tell(IReadOnlyList<TextSource> sources)
    {
        if (_stations.FindLastIndex(one => one.Station == "messages") is var last and >= 0) _sources[_stations[last].Of] = sources;
    }

    /// <summary>Notes where the values of the open station came from; they are looked up when the trace is asked for.</summary>
    internal void Explain(ResolvedVariables variables, IReadOnlyList<SettingsLayer> layers) => _values[Opened] = new(variables, layers);

    /// <summary>The station that was opened last; -1 when none was.</summary>
    private int Opened => _stations.Count == 0 ? -1 : _stations[^1].Of;

    /// <summary>Forgets the warnings after a point.</summary>
    internal void TruncateWarnings(int count) => _warnings.RemoveRange(count, _warnings.Count - count);

    /// <summary>Texts that are shown as <c>•••</c> wherever people look, longest first: one may be part of another.</summary>
    internal IReadOnlyList<string> Secrets => _secrets;

    /// <summary>Hides a value from now on, and in what was recorded before, in every form that it is written in.</summary>
    internal void Hide(JsonElement secret)
    {
        foreach (var form in SecretForms.Of(secret)) Hide(form);
    }

    /// <summary>The same for a text that was read of a secret value.</summary>
    internal void HideText(string secret)
    {
        foreach (var form in SecretForms.Of(secret)) Hide(form);
    }

    /// <summary>Hides a text from now on, and in what was recorded before, as it is.</summary>
    internal void Hide(string secret)
    {
        if (secret.Length == 0 || _secrets.Contains(secret)) return;
        _secrets.Insert(_secrets.FindIndex(other => other.Length < secret.Length) is var at and >= 0 ? at : _secrets.Count, secret);
    }

    /// <summary>A stretch of the road: what stops it there tells no secret that became known on the way.</summary>
    internal async Task<T> WithoutSecretsAsync<T>(Func<Task<T>> road)
    {
        try
        {
            return await road();
        }
        catch (TurnException error) when (error.Without(_secrets) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Forgets what was recorded after a point.</summary>
    internal void Truncate(int count) => _changes.RemoveRange(count, _changes.Count - count);

    /// <summary>The stations passed so far.</summary>
    public IReadOnlyList<TraceStation> Stations()
    {
        var stations = new List<TraceStation>(_stations.Count);
        for (var i = 0; i < _stations.Count; i++)
        {
            if (_stations[i].Of != i) continue; // told with the station that it returned to
            var (changes, milliseconds) = Passed(i);
            TurnWarning[]? warnings = _warnings.Count == 0 ? null : [.. _warnings.Where(one => one.Station == i).Select(one => one.Warning)];
            stations.Add(new(_stations[i].Station, milliseconds, _secrets.Count == 0 ? changes : [.. changes.Select(Hidden)])
            {
                Warnings = warnings is { Length: > 0 } ? TurnWarning.Hidden(warnings, _secrets) : null,
                Packing = _packing.TryGetValue(i, out var items) && items.Count > 0 ? items : null,
                Sources = _sources.GetValueOrDefault(i),
                Variables = _values.GetValueOrDefault(i)?.Variables(_secrets),
                Parameters = _values.GetValueOrDefault(i)?.Parameters(),
            });
        }
        return stations;
    }

    /// <summary>What a station changed, and how long it took, each time that it was open.</summary>
    private (List<TraceChange> Changes, double Milliseconds) Passed(int station)
    {
        var (changes, milliseconds) = (new List<TraceChange>(), 0d);
        for (var i = station; i < _stations.Count; i++)
        {
            if (_stations[i].Of != station) continue;
            var (first, end) = (_stations[i].First, i + 1 < _stations.Count ? _stations[i + 1].First : _changes.Count);
            changes.AddRange(_changes.GetRange(first, end - first));
            milliseconds += _stations[i].Milliseconds;
        }
        return (changes, milliseconds);
    }

    private TraceChange Hidden(TraceChange change) => change with { Before = Hidden(change.Before), After = Hidden(change.After) };

    private object? Hidden(object? value) => value switch
    {
        string text => SecretText.Hide(text, _secrets),
        JsonElement json => SecretText.Hide(json, _secrets),
        IEnumerable<string> texts => texts.Select(text => SecretText.Hide(text, _secrets)).ToArray(),
        _ => value,
    };
}
