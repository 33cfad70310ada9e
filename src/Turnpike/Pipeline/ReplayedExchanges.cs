using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Recordings;

namespace Turnpike.Pipeline;

/// <summary>Answers the attempts of a replay from the recording. An attempt that is not in it is never sent: the replay ends there.</summary>
internal sealed class ReplayedExchanges(Turn kept, IReadOnlyList<RecordedAttempt> recorded, ReplayDifferences differences, CancellationTokenSource stop) : TurnExchanges
{
    private readonly HashSet<(int Step, int Attempt)> _asked = [];

    /// <summary>Whether the replay wanted what the recording does not have, so that what comes of it says nothing.</summary>
    public bool IsLost { get; private set; }

    public override ProviderExchange? Begin(int step, int attempt, ChosenModel model)
    {
        var where = $"attempts[{step}.{attempt}]";
        if (recorded.FirstOrDefault(one => one.Step == step && one.Attempt == attempt) is not { } found)
        {
            if (kept.Status is TurnStatus.Cancelled or TurnStatus.Interrupted) throw Stopped();
            throw Lost(where, null, $"{model.Id} is asked, which was not recorded");
        }
        _asked.Add((step, attempt));
        if (found.Model != model.Id) throw Lost($"{where}.model", found.Model, model.Id);
        if (model.Client.GetService<ExchangeSupport>() is null) throw Lost(where, $"{model.Id} over HTTP", $"the provider of {model.Id} is one that cannot answer from a recording");
        return new RecordedAnswer(found, body => Compare($"{where}.body", found, body), () => Left(step, attempt));
    }

    /// <summary>Tells of recorded attempts that the replay did not make.</summary>
    public void TellUnasked()
    {
        if (IsLost) return;
        foreach (var one in recorded.Where(one => !_asked.Contains((one.Step, one.Attempt)))) differences.Compare($"attempts[{one.Step}.{one.Attempt}]", $"{one.Model} is asked", null);
    }

    private void Compare(string where, RecordedAttempt found, ReadOnlyMemory<byte> now)
    {
        var sent = PackedBytes.Unpack(found.Request);
        if (sent.Length < ExchangeTape.MaxBytes) differences.Compare(where, sent, now);
    }

    /// <summary>What the client saw where it left the answer.</summary>
    private Exception Left(int step, int attempt) => kept.Attempts.FirstOrDefault(one => one.Step == step && one.Attempt == attempt) switch
    {
        { Error: { Code: "timeout" } error } => new TurnException(TurnErrorCode.Timeout, error.Message),
        null or { Status: TurnStatus.Cancelled } => Stopped(),
        _ => new IOException("The answer was left here when it was recorded."),
    };

    private OperationCanceledException Stopped()
    {
        stop.Cancel();
        return new OperationCanceledException(stop.Token);
    }

    private TurnException Lost(string where, string? before, string now)
    {
        IsLost = true;
        differences.Compare(where, before, now);
        return new(TurnErrorCode.ProviderUnreachable, $"{where}: {now}. Nothing was sent.");
    }
}
