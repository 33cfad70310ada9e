using Turnpike.Prompts;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Projects;

/// <summary>Conversations as the members of their projects see them.</summary>
internal sealed class GuardedConversations(IConversationStore inner, ProjectAccess access) : IConversationStore
{
    public async Task<Conversation?> FindAsync(string id, CancellationToken cancellationToken) =>
        await inner.FindAsync(id, cancellationToken) is { } found && await access.SeesAsync(found.Project, cancellationToken) ? found : null;

    public async Task AddAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        await access.RequireAsync(conversation.Project, ProjectRole.Runner, cancellationToken);
        await inner.AddAsync(conversation, cancellationToken);
    }

    public async Task<Conversation?> UpdateAsync(string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound) return await inner.UpdateAsync(id, change, cancellationToken);
        if (await inner.FindAsync(id, cancellationToken) is not { } found || !await access.AllowsAsync(found.Project, ProjectRole.Runner, cancellationToken)) return null;
        var next = change(found).Project;
        if (next != found.Project) await access.RequireAsync(next, ProjectRole.Runner, cancellationToken);
        return await inner.UpdateAsync(id, old => old.Project == found.Project ? Checked(change(old), next) : throw Moved(id), cancellationToken);
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await access.AllowsAsync(new ProjectThing(ProjectThings.Conversation, id), ProjectRole.Runner, cancellationToken) && await inner.DeleteAsync(id, cancellationToken);

    public async Task<Page<Conversation>> ListAsync(ConversationQuery query, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound) return await inner.ListAsync(query, cancellationToken);
        var seen = new SeenProjects(access, cancellationToken);
        return await VisiblePages.ReadAsync(query.After, query.Limit, (after, limit) => inner.ListAsync(query with { After = after, Limit = limit }, cancellationToken), one => seen.SeesAsync(one.Project));
    }

    private static Conversation Checked(Conversation changed, string? project) => changed.Project == project ? changed : throw Moved(changed.Id);

    private static TurnException Moved(string id) => new(TurnErrorCode.ConversationBusy, $"Conversation \"{id}\" was moved to another project meanwhile. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
