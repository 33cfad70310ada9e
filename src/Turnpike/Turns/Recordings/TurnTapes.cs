using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Recordings;

/// <summary>Keeps the exchanges of turns whose provider or prompt asks for it. A recording that cannot be kept is missed, and the turn goes on.</summary>
public sealed partial class TurnTapes(IRecordingStore store, ILogger<TurnTapes> logger)
{
    /// <summary>What becomes of a turn's exchanges.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="asked">Whether they are kept whatever the provider's settings say.</param>
    internal TurnExchanges Of(string turn, bool asked) => new Tapes(this, turn, asked);

    private async ValueTask KeepAsync(string turn, RecordedAttempt attempt)
    {
        try
        {
            await store.AddAsync(turn, attempt, CancellationToken.None);
        }
        catch (Exception error)
        {
            NotKept(turn, attempt.Step, attempt.Attempt, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The recording of turn {Turn}, step {Step}, attempt {Attempt} could not be kept")]
    private partial void NotKept(string turn, int step, int attempt, Exception error);

    private sealed class Tapes(TurnTapes owner, string turn, bool asked) : TurnExchanges
    {
        public override ProviderExchange? Begin(int step, int attempt, ChosenModel model) => model.Client.GetService<ExchangeSupport>() is { } support && (asked || support.Records) ? new ExchangeTape() : null;

        public override ValueTask EndAsync(int step, int attempt, ChosenModel model, ProviderExchange exchange) =>
            ((ExchangeTape)exchange).Take(step, attempt, model.Id) is { } taken ? owner.KeepAsync(turn, taken) : ValueTask.CompletedTask;
    }
}
