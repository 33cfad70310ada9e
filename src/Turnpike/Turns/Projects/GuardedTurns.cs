using Turnpike.Turns.Access;
using Turnpike.Turns.Auditing;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Projects;

/// <summary>Turns as the members of their projects see them. What a turn that runs writes is not asked about again: it was when it began.</summary>
internal sealed class GuardedTurns(ITurnStore inner, IProjectMembers members, ProjectAccess access, AuditDesk desk) : ITurnStore
{
    public async Task<string?> BeginAsync(TurnBeginning beginning, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        await access.RequireAsync(beginning.Conversation.Project, ProjectRole.Runner, cancellationToken);
        if (beginning.Opened is { } opened && opened.Project != beginning.Conversation.Project) await access.RequireAsync(opened.Project, ProjectRole.Runner, cancellationToken);
        return await inner.BeginAsync(beginning, cancellationToken);
    }

    public async Task<string?> EnqueueAsync(QueuedTurn queued, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queued);
        if (!await access.AllowsAsync(new ProjectThing(ProjectThings.Conversation, queued.Turn.Conversation), ProjectRole.Runner, cancellationToken)) throw StoreErrors.NoConversation(queued.Turn.Conversation);
        return await inner.EnqueueAsync(queued, cancellationToken);
    }

    public async Task ImportAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await access.CheckAsync(batch, cancellationToken);
        var owner = KeyScope.Current?.User;
        await inner.ImportAsync(batch with { Owner = owner }, cancellationToken);
        foreach (var rule in batch.Rules) await desk.TellAsync("createRule", AuditDesk.Path("rules", rule.Id));
        foreach (var tag in batch.Tags) await desk.TellAsync("saveTag", AuditDesk.Path("tags", tag.Name));
        foreach (var project in batch.Projects) // none of them was here before: the store refuses that
        {
            await desk.TellAsync("createProject", AuditDesk.Path("projects", project.Id));
            if (owner is not null) await desk.TellAsync("saveMember", AuditDesk.Path("projects", project.Id, "members", owner));
        }
    }

    public async Task<Turn?> FindAsync(string id, CancellationToken cancellationToken) => await inner.FindAsync(id, cancellationToken) is { } found && await SeesAsync(id, cancellationToken) ? found : null;

    public async Task<bool> ForgetAsync(string id, CancellationToken cancellationToken) => await OwnsAsync(id, cancellationToken) && await inner.ForgetAsync(id, cancellationToken);

    public async Task<IReadOnlyList<Turn>> PathAsync(string turn, int limit, CancellationToken cancellationToken) =>
        await SeenOfPathAsync(turn, limit, cancellationToken) is > 0 and var seen ? await inner.PathAsync(turn, seen, cancellationToken) : [];

    public async Task<IReadOnlyList<string>> PathIdsAsync(string turn, int limit, CancellationToken cancellationToken) =>
        await SeenOfPathAsync(turn, limit, cancellationToken) is > 0 and var seen ? await inner.PathIdsAsync(turn, seen, cancellationToken) : [];

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> SiblingsAsync(Conversation conversation, string turn, int limit, CancellationToken cancellationToken) =>
        await SeenOfPathAsync(turn, limit, cancellationToken) is > 0 and var seen ? await inner.SiblingsAsync(conversation, turn, seen, cancellationToken) : new Dictionary<string, IReadOnlyList<string>>();

    public async Task<IReadOnlyList<Turn>> AllAsync(string conversation, CancellationToken cancellationToken) =>
        await access.SeesAsync(new ProjectThing(ProjectThings.Conversation, conversation), cancellationToken) ? await inner.AllAsync(conversation, cancellationToken) : [];

    public async Task<IReadOnlyList<string>> OpenAsync(string conversation, CancellationToken cancellationToken) =>
        await access.SeesAsync(new ProjectThing(ProjectThings.Conversation, conversation), cancellationToken) ? await inner.OpenAsync(conversation, cancellationToken) : [];

    public async Task<IReadOnlyList<Turn>> UnbegunAsync(string conversation, CancellationToken cancellationToken) =>
        await access.SeesAsync(new ProjectThing(ProjectThings.Conversation, conversation), cancellationToken) ? await inner.UnbegunAsync(conversation, cancellationToken) : [];

    public async Task<ReadOnlyMemory<byte>?> SubmittedAsync(string id, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.SubmittedAsync(id, cancellationToken) : null;

    public async Task<ReadOnlyMemory<byte>?> RequestAsync(string id, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.RequestAsync(id, cancellationToken) : null;

    public Task<bool> KeepRequestAsync(string id, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) => inner.KeepRequestAsync(id, request, cancellationToken);

    public async Task<ReadOnlyMemory<byte>?> TraceAsync(string id, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.TraceAsync(id, cancellationToken) : null;

    public async Task RequestCancelAsync(string turn, CancellationToken cancellationToken)
    {
        if (await OwnsAsync(turn, cancellationToken)) await inner.RequestCancelAsync(turn, cancellationToken);
    }

    public Task<bool> EndAsync(Turn turn, IReadOnlyList<TraceStation> trace, TurnEvent last, CancellationToken cancellationToken) => inner.EndAsync(turn, trace, last, cancellationToken);

    public Task<IdempotentTurn?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) => inner.FindByKeyAsync(idempotencyKey, cancellationToken);

    public Task<string?> FindExternalAsync(string owner, string kind, string id, CancellationToken cancellationToken) => inner.FindExternalAsync(owner, kind, id, cancellationToken);

    public Task<IReadOnlyList<string>> CancelRequestsAsync(string node, CancellationToken cancellationToken) => inner.CancelRequestsAsync(node, cancellationToken);

    public Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, DateTimeOffset until, CancellationToken cancellationToken) => inner.RenewAsync(node, turns, until, cancellationToken);

    public Task<IReadOnlyList<string>> LapsedAsync(DateTimeOffset before, CancellationToken cancellationToken) => inner.LapsedAsync(before, cancellationToken);

    public Task<IReadOnlyList<string>> OfNodeAsync(string node, CancellationToken cancellationToken) => inner.OfNodeAsync(node, cancellationToken);

    public Task<bool> InterruptAsync(string turn, DateTimeOffset before, string? node, Func<string, ModelPrice?> price, DateTimeOffset now, CancellationToken cancellationToken) => inner.InterruptAsync(turn, before, node, price, now, cancellationToken);

    /// <summary>How many turns of a path, newest first, come before one that whoever asks does not see. A path may cross projects: a fork is moved without the turns it goes on from.</summary>
    private async ValueTask<int> SeenOfPathAsync(string turn, int limit, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound) return limit;
        var seen = limit;
        foreach (var (project, depth) in await members.HomesOfPathAsync(turn, limit, cancellationToken))
            if (depth <= seen && !await access.SeesAsync(project, cancellationToken)) seen = depth - 1;
        return seen;
    }

    private ValueTask<bool> SeesAsync(string turn, CancellationToken cancellationToken) => access.SeesAsync(new ProjectThing(ProjectThings.Turn, turn), cancellationToken);

    private ValueTask<bool> OwnsAsync(string turn, CancellationToken cancellationToken) => access.AllowsAsync(new ProjectThing(ProjectThings.Turn, turn), ProjectRole.Runner, cancellationToken);
}
