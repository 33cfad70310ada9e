namespace Turnpike.Turns;

/// <summary>Hears of each turn when it has ended and is kept, beside the road: nobody waits for it, and what it does cannot change the turn.</summary>
public interface ITurnObserver
{
    /// <summary>The name that the log shows.</summary>
    string Name => GetType().Name;

    /// <summary>Hears of a turn, however it ended. What it throws is logged.</summary>
    /// <param name="turn">The turn as kept.</param>
    /// <param name="cancellationToken">Cancelled when the program stops and will wait no longer.</param>
    ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken);
}
