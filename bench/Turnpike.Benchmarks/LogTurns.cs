using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Benchmarks;

/// <summary>Small turns to keep.</summary>
internal static class LogTurns
{
    private static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static Turn Running(string id) => new() { Id = id, Conversation = $"conv_{id}", Status = TurnStatus.Running, Content = "Tell me a story.", Model = "builtin/echo", CreatedAt = Noon };

    public static Turn Ended(string id) => Running(id) with { Status = TurnStatus.Completed, Answer = "Once upon a time.", EndedAt = Noon };

    public static TurnBeginning Beginning(string id) => new()
    {
        Turn = Running(id),
        Conversation = new() { Id = $"conv_{id}", Head = id, CreatedAt = Noon, UpdatedAt = Noon },
        IsNewConversation = true,
        Request = new byte[1000],
        Trace = [],
        Started = Placed(new TurnStarted { Model = "builtin/echo" }, id, 1),
        Node = "node",
        LeaseUntil = DateTimeOffset.MaxValue,
    };

    public static TurnEvent Placed(TurnEvent happened, string turn, long sequence)
    {
        happened.Place(turn, $"conv_{turn}", sequence, Noon);
        return happened;
    }
}
