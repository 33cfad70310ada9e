namespace Turnpike.Turns.Recordings;

/// <summary>
/// What becomes of the exchange of bytes with a provider that one attempt makes: it is kept (<see cref="ExchangeTape"/>), or it is answered from what was kept
/// (<see cref="RecordedAnswer"/>). It travels beside the call, so that a client's own code stays as it is.
/// </summary>
public abstract class ProviderExchange
{
    private static readonly AsyncLocal<ProviderExchange?> Ambient = new();

    private protected ProviderExchange()
    {
    }

    /// <summary>The exchange of the attempt under way, for the last piece of a provider's client before the network; null: send as ever.</summary>
    public static ProviderExchange? Current => Ambient.Value;

    /// <summary>Asks for the first update with an exchange beside it.</summary>
    internal static ValueTask<bool> FirstAsync<T>(IAsyncEnumerator<T> updates, ProviderExchange? exchange)
    {
        if (exchange is null) return updates.MoveNextAsync();
        Ambient.Value = exchange;
        try
        {
            return updates.MoveNextAsync();
        }
        finally
        {
            Ambient.Value = null;
        }
    }
}
