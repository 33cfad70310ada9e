using Turnpike.Prompts;

namespace Turnpike.Turns.Projects;

/// <summary>Drafts of prompts as the members of the prompts' projects see them.</summary>
internal sealed class GuardedDrafts(IPromptDrafts inner, ProjectAccess access) : IPromptDrafts
{
    public async Task<PromptDraft?> FindAsync(string key, CancellationToken cancellationToken) => await access.SeesAsync(Of(key), cancellationToken) ? await inner.FindAsync(key, cancellationToken) : null;

    public async Task<PromptDraft> SaveAsync(PromptDraft draft, int? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (!await access.AllowsAsync(Of(draft.Key), ProjectRole.Editor, cancellationToken)) throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{draft.Key}\", and the key is not free. Choose another one.") { Field = "key" };
        return await inner.SaveAsync(draft, expectedRevision, cancellationToken);
    }

    public async Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken) => await access.AllowsAsync(Of(key), ProjectRole.Editor, cancellationToken) && await inner.DeleteAsync(key, expectedRevision, cancellationToken);

    public async Task PublishedAsync(string key, int revision, int version, CancellationToken cancellationToken)
    {
        if (await access.AllowsAsync(Of(key), ProjectRole.Editor, cancellationToken)) await inner.PublishedAsync(key, revision, version, cancellationToken);
    }

    private static ProjectThing Of(string key) => new(ProjectThings.Prompt, key);
}
