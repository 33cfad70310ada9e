namespace Turnpike.Prompts;

/// <summary>Keeps drafts of prompts.</summary>
public interface IPromptDrafts
{
    /// <summary>The draft for a key; null when there is none.</summary>
    Task<PromptDraft?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Saves a draft over the one there is and returns it with its new revision. What it is based on stays as it was when it was begun.</summary>
    /// <param name="draft">The draft; revision and date are given by the store.</param>
    /// <param name="expectedRevision">The revision that the writer saw: 0 when there must be none, null when it does not matter. Otherwise <c>version_conflict</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PromptDraft> SaveAsync(PromptDraft draft, int? expectedRevision, CancellationToken cancellationToken);

    /// <summary>Throws a draft away; false when there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expectedRevision">The revision that is meant; null when it does not matter. Otherwise <c>version_conflict</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken);

    /// <summary>A draft became a version: it goes. One that was saved over it meanwhile stays, and is based on that version.</summary>
    /// <param name="key">The key.</param>
    /// <param name="revision">The revision that became a version.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PublishedAsync(string key, int revision, int version, CancellationToken cancellationToken);
}
