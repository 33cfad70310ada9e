using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What the contracts of the stores share: a place with empty stores, and turns to keep in it.</summary>
public abstract class StoreContract(StoreSet stores) : IAsyncDisposable
{
    protected static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);

    protected StoreSet Stores { get; } = stores;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The beginning of a turn that answers to the head of its conversation.</summary>
    protected static TurnBeginning Beginning(string turn, string conversation = "conv_1", string? parent = null, bool isNew = true) => new()
    {
        Turn = new() { Id = turn, Conversation = conversation, Parent = parent, Status = TurnStatus.Running, Content = $"Question of {turn}", Model = "builtin/echo", CreatedAt = Noon, Messages = [new(ChatRole.User, $"Question of {turn}")] },
        Conversation = new() { Id = conversation, Head = turn, CreatedAt = Noon, UpdatedAt = Noon },
        IsNewConversation = isNew,
        OnHead = true,
        Request = """{"model":"builtin/echo"}"""u8.ToArray(),
        Trace = [],
        Started = Placed(new TurnStarted { Model = "builtin/echo" }, turn, 1, conversation),
        Node = "node_1",
        LeaseUntil = Noon.AddSeconds(15),
    };

    protected static T Placed<T>(T happened, string turn, long sequence, string conversation = "conv_1") where T : TurnEvent
    {
        happened.Place(turn, conversation, sequence, Noon.AddMilliseconds(sequence));
        return happened;
    }

    /// <summary>Begins a turn and ends it at once.</summary>
    protected async Task CompleteAsync(TurnBeginning beginning)
    {
        Assert.Null(await Stores.Turns.BeginAsync(beginning, Cancellation));
        Assert.True(await EndAsync(beginning));
    }

    protected Task<bool> EndAsync(TurnBeginning beginning, long sequence = 2) => Stores.Turns.EndAsync(
        beginning.Turn with { Status = TurnStatus.Completed, Answer = $"Answer of {beginning.Turn.Id}", EndedAt = Noon.AddSeconds(1) }, [],
        Placed(new TurnCompleted { Usage = TurnUsage.None }, beginning.Turn.Id, sequence, beginning.Turn.Conversation), Cancellation);

    protected static async Task RefusedAsync(TurnErrorCode code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<TurnException>(act)).Code);

    protected static Dictionary<string, JsonElement> Variables(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
