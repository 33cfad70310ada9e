using Turnpike.Prompts;
using Turnpike.Turns.Files;

namespace Turnpike.Turns.Projects;

/// <summary>Prompts as the members of their projects see them.</summary>
internal sealed class GuardedPrompts(IPromptStore inner, IProjectMembers members, ProjectAccess access) : IPromptStore
{
    public async Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.FindAsync(id, version, cancellationToken) : null;

    public async Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.LocateAsync(id, version, cancellationToken) : null;

    public async Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        await RequireAsync(prompt, cancellationToken);
        return await inner.SaveAsync(prompt, expectedVersion, cancellationToken);
    }

    public async Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        foreach (var prompt in prompts) await RequireAsync(prompt, cancellationToken);
        return await inner.SaveAllAsync(prompts, cancellationToken);
    }

    public async Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.VersionsAsync(id, cancellationToken) : [];

    public async Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken) =>
        await WritesAsync(id, cancellationToken) && await inner.LabelAsync(id, label, version, evenProtected, cancellationToken);

    public async Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) => await WritesAsync(id, cancellationToken) && await inner.ProtectAsync(id, label, isProtected, cancellationToken);

    public async Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => await SeesAsync(id, cancellationToken) ? await inner.LabelsAsync(id, cancellationToken) : [];

    public async Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken)
    {
        var labels = await inner.AllLabelsAsync(cancellationToken);
        if (await HomesAsync(cancellationToken) is not { } homes) return labels;
        var seen = new SeenProjects(access, cancellationToken);
        var visible = new List<LabelledVersion>(labels.Count);
        foreach (var label in labels) if (await seen.SeesAsync(homes.GetValueOrDefault(label.Key))) visible.Add(label);
        return visible;
    }

    public async Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) => await WritesAsync(id, cancellationToken) && await inner.ArchiveAsync(id, isArchived, cancellationToken);

    public async Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken)
    {
        if (await HomesAsync(cancellationToken) is not { } homes) return await inner.ListAsync(query, cancellationToken);
        var seen = new SeenProjects(access, cancellationToken);
        return await VisiblePages.ReadAsync(query.After, query.Limit, (after, limit) => inner.ListAsync(query with { After = after, Limit = limit }, cancellationToken), prompt => seen.SeesAsync(homes.GetValueOrDefault(prompt.Key)));
    }

    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken)
    {
        var keys = await inner.KeysAsync(cancellationToken);
        if (await HomesAsync(cancellationToken) is not { } homes) return keys;
        var seen = new SeenProjects(access, cancellationToken);
        var visible = new List<string>(keys.Count);
        foreach (var key in keys) if (await seen.SeesAsync(homes.GetValueOrDefault(key))) visible.Add(key);
        return visible;
    }

    /// <summary>Whoever does not see all prompts has a list, and a mark, with those who do not see the same.</summary>
    public async Task<string> MarkAsync(CancellationToken cancellationToken)
    {
        var mark = await inner.MarkAsync(cancellationToken);
        if (await HomesAsync(cancellationToken) is not { } homes) return mark;
        var seen = new SeenProjects(access, cancellationToken);
        var hidden = new List<string>();
        foreach (var (key, project) in homes) if (!await seen.SeesAsync(project)) hidden.Add(key);
        return hidden.Count == 0 ? mark : $"{mark} {TextHash.Of(string.Join('\n', hidden.Order(StringComparer.Ordinal))).Hash}";
    }

    /// <summary>A prompt that somebody does not see keeps its secrets from them as well.</summary>
    public Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken) => inner.SecretNamesAsync(cancellationToken);

    private async ValueTask<IReadOnlyDictionary<string, string>?> HomesAsync(CancellationToken cancellationToken) =>
        ProjectAccess.IsBound && await members.HomesAsync(ProjectThings.Prompt, cancellationToken) is { Count: > 0 } homes ? homes : null;

    private ValueTask<bool> SeesAsync(string id, CancellationToken cancellationToken) => access.SeesAsync(new ProjectThing(ProjectThings.Prompt, id), cancellationToken);

    private ValueTask<bool> WritesAsync(string id, CancellationToken cancellationToken) => access.AllowsAsync(new ProjectThing(ProjectThings.Prompt, id), ProjectRole.Editor, cancellationToken);

    private async ValueTask RequireAsync(Prompt prompt, CancellationToken cancellationToken)
    {
        if (!await WritesAsync(prompt.Key, cancellationToken)) throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{prompt.Key}\", and the key is not free. Choose another one.") { Field = "key" };
    }
}
