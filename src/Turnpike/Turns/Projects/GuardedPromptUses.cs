using Turnpike.Prompts;

namespace Turnpike.Turns.Projects;

/// <summary>Which turns ran which prompts, as the members of their projects see it.</summary>
internal sealed class GuardedPromptUses(IPromptUses inner, ProjectAccess access) : IPromptUses
{
    public async Task<Page<PromptUse>> ListAsync(string key, int? version, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound) return await inner.ListAsync(key, version, after, limit, cancellationToken);
        if (!await access.SeesAsync(new ProjectThing(ProjectThings.Prompt, key), cancellationToken)) return new([], null);
        return await VisiblePages.ReadAsync(after, limit, (from, rows) => inner.ListAsync(key, version, from, rows, cancellationToken), use => access.SeesAsync(new ProjectThing(ProjectThings.Turn, use.Turn), cancellationToken));
    }

    public async Task<Prompt?> PromptOfAsync(string turn, CancellationToken cancellationToken) =>
        await access.SeesAsync(new ProjectThing(ProjectThings.Turn, turn), cancellationToken) ? await inner.PromptOfAsync(turn, cancellationToken) : null;
}
