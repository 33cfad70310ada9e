using System.Text.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Projects;

/// <summary>Listed chat completions as the members of their turns' projects see them.</summary>
internal sealed class GuardedCompletions(IStoredCompletions inner, ProjectAccess access) : IStoredCompletions
{
    private const int Batch = 200;

    public Task AddAsync(StoredCompletion completion, CancellationToken cancellationToken) => inner.AddAsync(completion, cancellationToken);

    public async Task<StoredCompletion?> FindAsync(string turn, CancellationToken cancellationToken) => await access.SeesAsync(Of(turn), cancellationToken) ? await inner.FindAsync(turn, cancellationToken) : null;

    public async Task<bool> NoteAsync(string turn, JsonElement? metadata, CancellationToken cancellationToken) =>
        await access.AllowsAsync(Of(turn), ProjectRole.Runner, cancellationToken) && await inner.NoteAsync(turn, metadata, cancellationToken);

    public async Task<bool> RemoveAsync(string turn, CancellationToken cancellationToken) => await access.AllowsAsync(Of(turn), ProjectRole.Runner, cancellationToken) && await inner.RemoveAsync(turn, cancellationToken);

    public async Task<IReadOnlyList<StoredCompletion>> ListAsync(StoredCompletionQuery query, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound) return await inner.ListAsync(query, cancellationToken);
        var seen = new List<StoredCompletion>();
        for (var next = query with { Limit = Math.Max(Batch, query.Limit) }; ;)
        {
            var page = await inner.ListAsync(next, cancellationToken);
            foreach (var completion in page)
            {
                if (await access.SeesAsync(Of(completion.Turn), cancellationToken)) seen.Add(completion);
                if (seen.Count == query.Limit) return seen;
            }
            if (page.Count < next.Limit) return seen;
            next = next with { After = page[^1] };
        }
    }

    private static ProjectThing Of(string turn) => new(ProjectThings.Turn, turn);
}
