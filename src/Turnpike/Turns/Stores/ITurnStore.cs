using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps turns: first their beginning, before the model is asked, and at last their end.</summary>
public interface ITurnStore
{
    /// <summary>
    /// Commits the beginning of a turn in one transaction: the conversation (new or changed, its head moved to the turn), the turn itself and its first event.
    /// A beginning that was committed before, its turn not ended since, changes nothing and succeeds: whoever did not hear of the commit may ask again.
    /// </summary>
    /// <returns>Null; or, when the same idempotency key began a turn before with the same request hash, that turn's id, and nothing is kept.</returns>
    /// <exception cref="TurnException">
    /// <c>conversation_busy</c>: a turn runs on this branch, the head moved since the draft was opened, or another conversation began under the client's id; <c>idempotency_conflict</c>;
    /// <c>storage_unavailable</c>.
    /// </exception>
    Task<string?> BeginAsync(TurnBeginning beginning, CancellationToken cancellationToken);

    /// <summary>Commits the end of a turn in one transaction: the turn as it ended, its trace and its last event; of one that is not to be stored what <see cref="ForgetAsync"/> leaves. A turn that has ended already stays as it is (false).</summary>
    Task<bool> EndAsync(Turn turn, IReadOnlyList<TraceStation> trace, TurnEvent last, CancellationToken cancellationToken);

    /// <summary>The turn that an idempotency key began, with the hash of its request; null when the key is new.</summary>
    Task<IdempotentTurn?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>The turn; null when there is none.</summary>
    Task<Turn?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>What an id that a client made names; null when nothing.</summary>
    /// <param name="owner">Whose id it is.</param>
    /// <param name="kind">One of <see cref="ExternalKinds"/>.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<string?> FindExternalAsync(string owner, string kind, string id, CancellationToken cancellationToken);

    /// <summary>Takes the content from a turn that has ended: what was said, its events but the last, its request and its trace, its open calls, and its need of the bytes that went with it. False when there is no such turn, or it runs.</summary>
    Task<bool> ForgetAsync(string id, CancellationToken cancellationToken);

    /// <summary>A turn and those before it on its branch, oldest first.</summary>
    /// <param name="turn">The newest turn of the path.</param>
    /// <param name="limit">The most turns to read; the newest ones are read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<Turn>> PathAsync(string turn, int limit, CancellationToken cancellationToken);

    /// <summary>The ids of a turn and of those before it on its branch, oldest first.</summary>
    /// <param name="turn">The newest turn of the path.</param>
    /// <param name="limit">The most ids to read; the newest ones are read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<string>> PathIdsAsync(string turn, int limit, CancellationToken cancellationToken);

    /// <summary>For each turn of a path the turns of a conversation that answer to the same one, itself among them, oldest first. A fork has its own turns and those that it goes on from.</summary>
    /// <param name="conversation">The conversation in which the path is shown.</param>
    /// <param name="turn">The newest turn of the path.</param>
    /// <param name="limit">The most turns of the path; the newest ones count.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> SiblingsAsync(Conversation conversation, string turn, int limit, CancellationToken cancellationToken);

    /// <summary>All turns of a conversation, on all branches, a turn behind the one it answers to. Those that a fork goes on from are not among them.</summary>
    Task<IReadOnlyList<Turn>> AllAsync(string conversation, CancellationToken cancellationToken);

    /// <summary>The ids of the turns of a conversation that have not ended, whether they run or wait, newest first.</summary>
    Task<IReadOnlyList<string>> OpenAsync(string conversation, CancellationToken cancellationToken);

    /// <summary>The turns of a conversation that stand in its queue, or ended there without having begun, oldest first: they are on no branch that goes on from them. Those whose content is gone are not among them.</summary>
    Task<IReadOnlyList<Turn>> UnbegunAsync(string conversation, CancellationToken cancellationToken);

    /// <summary>Keeps conversations with turns that have ended, and the settings that they need, all or nothing. Nothing that is here already is changed.</summary>
    /// <exception cref="TurnException"><c>version_conflict</c>: a rule, tag or project is here already, a turn of another conversation has that id, or turns of a deleted conversation of that id are here that the batch does not have; <c>turn_not_found</c>: what a fork goes on from is gone.</exception>
    Task ImportAsync(ImportBatch batch, CancellationToken cancellationToken);

    /// <summary>The request that a turn began with, as JSON, its resources by their ids; null when there is no such turn, or its request was not kept.</summary>
    Task<ReadOnlyMemory<byte>?> SubmittedAsync(string id, CancellationToken cancellationToken);

    /// <summary>What was sent to the model, as the JSON that a preview shows; null when there is no such turn.</summary>
    Task<ReadOnlyMemory<byte>?> RequestAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps what is sent to the model in the place of what was kept of it before, while the turn has not ended. False when it has, or there is no such turn.</summary>
    Task<bool> KeepRequestAsync(string id, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);

    /// <summary>What each station changed, as JSON; null when there is no such turn.</summary>
    Task<ReadOnlyMemory<byte>?> TraceAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps a turn that waits for another one of its branch: status <c>queued</c>, no events yet. It is swept like a running one.</summary>
    /// <returns>Null; or the id of the turn that the same idempotency key began before.</returns>
    /// <exception cref="TurnException"><c>conversation_not_found, idempotency_conflict, storage_unavailable</c>.</exception>
    Task<string?> EnqueueAsync(QueuedTurn queued, CancellationToken cancellationToken);

    /// <summary>Asks the node that runs a turn to cancel it. A turn that has ended stays as it is.</summary>
    Task RequestCancelAsync(string turn, CancellationToken cancellationToken);

    /// <summary>The running turns of a node that somebody asked to cancel.</summary>
    Task<IReadOnlyList<string>> CancelRequestsAsync(string node, CancellationToken cancellationToken);

    /// <summary>Prolongs the leases of running turns; returns those that are still ours to run. One that somebody is just writing to counts as ours, and is prolonged the next time at the latest.</summary>
    Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The running turns whose lease ran out before a moment.</summary>
    Task<IReadOnlyList<string>> LapsedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>The running turns of a node.</summary>
    Task<IReadOnlyList<string>> OfNodeAsync(string node, CancellationToken cancellationToken);

    /// <summary>Ends a running turn as <c>interrupted</c>, with what its log holds, if its lease ran out before a moment or it is a node's.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="before">The moment, UTC.</param>
    /// <param name="node">The node; null: only the lease counts.</param>
    /// <param name="price">What a model costs that was cut off, for the estimate of what it used; null: it is not known.</param>
    /// <param name="now">When it is found to have ended, UTC.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when neither is so, or it runs no longer.</returns>
    Task<bool> InterruptAsync(string turn, DateTimeOffset before, string? node, Func<string, ModelPrice?> price, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>What is committed before the model is asked.</summary>
public sealed record TurnBeginning
{
    /// <summary>The turn, running.</summary>
    public required Turn Turn { get; init; }
    /// <summary>A turn that this one answers to and that has ended already: both are kept, or neither is; null: there is none.</summary>
    public TurnBeginning? Before { get; init; }
    /// <summary>The conversation as it is from now on, its head on the turn.</summary>
    public required Conversation Conversation { get; init; }
    /// <summary>
    /// The conversation as it was when the draft was opened, so that what others changed since then is kept where the turn did not change the same
    /// setting; null: <see cref="Conversation"/> is kept as it is given.
    /// </summary>
    public Conversation? Opened { get; init; }
    /// <summary>Whether the conversation is new.</summary>
    public bool IsNewConversation { get; init; }
    /// <summary>Whether the turn answers to the head (rather than to a turn the request named), so that the head must not have moved.</summary>
    public bool OnHead { get; init; }
    /// <summary>The exact model request as JSON.</summary>
    public required ReadOnlyMemory<byte> Request { get; init; }
    /// <summary>What the stations changed so far.</summary>
    public required IReadOnlyList<TraceStation> Trace { get; init; }
    /// <summary>The request that the turn began with, as JSON; empty: not kept.</summary>
    public ReadOnlyMemory<byte>? Submitted { get; init; }
    /// <summary>The first event, placed.</summary>
    public required TurnEvent Started { get; init; }
    /// <summary>Ids that the client made; one that is known already stays with what it names, as long as that is there. No new conversation begins under an id that names another one.</summary>
    public IReadOnlyList<ExternalId> ExternalIds { get; init; } = [];
    /// <summary>The other events, placed, of a turn that has ended already.</summary>
    public IReadOnlyList<TurnEvent> Rest { get; init; } = [];
    /// <summary>The idempotency key, if the request had one.</summary>
    public string? IdempotencyKey { get; init; }
    /// <summary>SHA-256 of the request, for the key's sake.</summary>
    public string? RequestHash { get; init; }
    /// <summary>The id of the access key that the turn counts for; null: none was asked for.</summary>
    public string? AccessKey { get; init; }
    /// <summary>Whether the turn is kept already, as one that waited: <see cref="ITurnStore.EnqueueAsync"/>.</summary>
    public bool IsQueued { get; init; }
    /// <summary>The node that runs the turn.</summary>
    public required string Node { get; init; }
    /// <summary>Until when the node holds the turn, UTC.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }
}

/// <summary>A turn that was begun under an idempotency key.</summary>
/// <param name="Turn">Its id.</param>
/// <param name="RequestHash">The hash of the request that began it.</param>
public sealed record IdempotentTurn(string Turn, string RequestHash);

/// <summary>A turn that waits for another one of its branch.</summary>
public sealed record QueuedTurn
{
    /// <summary>The turn, queued.</summary>
    public required Turn Turn { get; init; }
    /// <summary>The idempotency key, if the request had one.</summary>
    public string? IdempotencyKey { get; init; }
    /// <summary>SHA-256 of the request, for the key's sake.</summary>
    public string? RequestHash { get; init; }
    /// <summary>The request as it came, JSON or sealed, so that it can be made again should the turn never begin.</summary>
    public ReadOnlyMemory<byte> Submitted { get; init; }
    /// <summary>The node that will run it.</summary>
    public required string Node { get; init; }
    /// <summary>Until when the node holds the turn, UTC.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }
}
