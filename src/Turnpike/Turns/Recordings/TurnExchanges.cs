using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns.Recordings;

/// <summary>What becomes of each attempt's exchange in a turn.</summary>
internal abstract class TurnExchanges
{
    /// <summary>An attempt begins; null: it is sent as ever.</summary>
    public abstract ProviderExchange? Begin(int step, int attempt, ChosenModel model);

    /// <summary>It has ended.</summary>
    public virtual ValueTask EndAsync(int step, int attempt, ChosenModel model, ProviderExchange exchange) => ValueTask.CompletedTask;
}
