using Turnpike.Turns.Events;

namespace Turnpike.Turns.Stores;

/// <summary>Makes the kept turn of one whose node went away, from nothing but its log.</summary>
public static class InterruptedTurn
{
    /// <summary>The turn as <c>interrupted</c>, with all that its log holds.</summary>
    /// <param name="running">The turn as it was last kept.</param>
    /// <param name="log">All its events, in order.</param>
    /// <param name="now">When it is found to have ended, UTC.</param>
    public static Turn Of(Turn running, IReadOnlyList<TurnEvent> log, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(log);
        var fold = new TurnFold();
        foreach (var happened in log) fold.Add(happened);
        return running with
        {
            Status = TurnStatus.Interrupted,
            Answer = fold.Answer,
            Messages = [.. running.Messages, .. fold.Messages()],
            Usage = fold.Usage,
            Cost = fold.Cost,
            Warnings = [.. running.Warnings, .. fold.Warnings.Skip(running.Warnings.Count)], // the log begins with those from before the model
            EndedAt = now,
        };
    }

    /// <summary>The event that ends the log of such a turn.</summary>
    public static TurnInterrupted Event() => new() { Reason = "The program that ran the turn went away before its end." };
}
