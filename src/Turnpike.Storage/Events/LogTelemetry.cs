using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Turnpike.Storage.Events;

/// <summary>What the log tells OpenTelemetry, through the meter <c>Turnpike</c>.</summary>
internal static class LogTelemetry
{
    private static readonly Meter Instruments = new("Turnpike");
    private static readonly Histogram<double> Lag = Instruments.CreateHistogram<double>("turnpike.log.lag", "s", "How long the first of what a commit holds waited until it was committed.");
    private static readonly Counter<long> Dropped = Instruments.CreateCounter<long>("turnpike.log.dropped", "{event}", "Events that were not kept, for too many waited; their turns fail.");

    /// <summary>A commit has ended.</summary>
    /// <param name="since">When the first of what it holds came, as <see cref="Stopwatch.GetTimestamp"/> told it.</param>
    public static void Committed(long since) => Lag.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);

    /// <summary>An event was not taken.</summary>
    public static void Drop() => Dropped.Add(1);
}
