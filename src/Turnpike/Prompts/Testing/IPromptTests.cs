namespace Turnpike.Prompts.Testing;

/// <summary>Keeps the tests of prompts and what came of them.</summary>
public interface IPromptTests
{
    /// <summary>The tests of a prompt; null: it has none.</summary>
    Task<PromptTests?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Saves tests over those that are there, and returns them with their new revision.</summary>
    /// <param name="tests">The tests, checked; revision and date are given by the store.</param>
    /// <param name="expectedRevision">The revision that the writer saw: 0 when there must be none, null when it does not matter. Otherwise <c>version_conflict</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PromptTests> SaveAsync(PromptTests tests, int? expectedRevision, CancellationToken cancellationToken);

    /// <summary>Takes a prompt's tests away with all their reports: its labels are held no longer. False when there are none.</summary>
    /// <param name="key">The prompt's key.</param>
    /// <param name="expectedRevision">The revision that was read; null: it does not matter. Another one stays (<c>version_conflict</c>).</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken);

    /// <summary>Keeps a report that counts, over an earlier one of the same version.</summary>
    Task ReportAsync(PromptTestReport report, CancellationToken cancellationToken);

    /// <summary>The newest report of a version that counts, whatever revision of the tests it ran; null: there is none.</summary>
    /// <param name="key">The prompt's key.</param>
    /// <param name="hash">The version's hash.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PromptTestReport?> ReportOfAsync(string key, string hash, CancellationToken cancellationToken);
}
