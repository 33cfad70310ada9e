namespace Turnpike.Turns.Recordings;

/// <summary>
/// Says that a chat client minds <see cref="ProviderExchange.Current"/>: its <c>GetService</c> answers with one. Attempts of clients that do not are neither kept nor
/// run again.
/// </summary>
/// <param name="Records">Whether the provider's exchanges are kept without a prompt asking for it.</param>
public sealed record ExchangeSupport(bool Records);
