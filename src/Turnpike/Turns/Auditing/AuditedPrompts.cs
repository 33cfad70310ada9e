using Turnpike.Prompts;

namespace Turnpike.Turns.Auditing;

/// <summary>Prompts whose changes are on record.</summary>
internal sealed class AuditedPrompts(IPromptStore inner, AuditDesk desk) : IPromptStore
{
    public async Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (AuditScope.IsTold) return await inner.SaveAsync(prompt, expectedVersion, cancellationToken);
        var before = await inner.LocateAsync(prompt.Key, "latest", cancellationToken);
        var saved = await inner.SaveAsync(prompt, expectedVersion, cancellationToken);
        await TellAsync(before, saved);
        return saved;
    }

    public async Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (AuditScope.IsTold) return await inner.SaveAllAsync(prompts, cancellationToken);
        var before = new List<PromptPlace?>(prompts.Count);
        foreach (var prompt in prompts) before.Add(await inner.LocateAsync(prompt.Key, "latest", cancellationToken));
        var saved = await inner.SaveAllAsync(prompts, cancellationToken);
        for (var i = 0; i < saved.Count; i++) await TellAsync(before[i], saved[i]);
        return saved;
    }

    public async Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken) =>
        await ToldAsync(await inner.LabelAsync(id, label, version, evenProtected, cancellationToken), version is null ? "unlabelPrompt" : "labelPrompt", AuditDesk.Path("prompts", id, "labels", label));

    public async Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) =>
        await ToldAsync(await inner.ProtectAsync(id, label, isProtected, cancellationToken), isProtected ? "protectLabel" : "unprotectLabel", AuditDesk.Path("prompts", id, "labels", label));

    public async Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) =>
        await ToldAsync(await inner.ArchiveAsync(id, isArchived, cancellationToken), isArchived ? "archivePrompt" : "restorePrompt", AuditDesk.Path("prompts", id));

    public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken) => inner.FindAsync(id, version, cancellationToken);

    public Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) => inner.LocateAsync(id, version, cancellationToken);

    public Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken) => inner.VersionsAsync(id, cancellationToken);

    public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => inner.LabelsAsync(id, cancellationToken);

    public Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken) => inner.AllLabelsAsync(cancellationToken);

    public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => inner.KeysAsync(cancellationToken);

    public Task<string> MarkAsync(CancellationToken cancellationToken) => inner.MarkAsync(cancellationToken);

    public Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken) => inner.SecretNamesAsync(cancellationToken);

    /// <summary>A save that said nothing new is no change.</summary>
    private async Task TellAsync(PromptPlace? before, Prompt saved)
    {
        if (before?.Version != saved.Version) await desk.TellAsync(saved.Version == 1 ? "createPrompt" : "savePrompt", AuditDesk.Path("prompts", saved.Key));
    }

    private async Task<bool> ToldAsync(bool isDone, string action, string target)
    {
        if (isDone) await desk.TellAsync(action, target);
        return isDone;
    }
}
