using Turnpike.Prompts.Testing;

namespace Turnpike.Turns.Auditing;

/// <summary>Tests of prompts whose changes are on record.</summary>
internal sealed class AuditedPromptTests(IPromptTests inner, AuditDesk desk) : IPromptTests
{
    public Task<PromptTests?> FindAsync(string key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

    public async Task<PromptTests> SaveAsync(PromptTests tests, int? expectedRevision, CancellationToken cancellationToken)
    {
        var saved = await inner.SaveAsync(tests, expectedRevision, cancellationToken);
        await desk.TellAsync("savePromptTests", AuditDesk.Path("prompts", saved.Key, "tests"));
        return saved;
    }

    public async Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken)
    {
        if (!await inner.DeleteAsync(key, expectedRevision, cancellationToken)) return false;
        await desk.TellAsync("deletePromptTests", AuditDesk.Path("prompts", key, "tests"));
        return true;
    }

    public Task ReportAsync(PromptTestReport report, CancellationToken cancellationToken) => inner.ReportAsync(report, cancellationToken);

    public Task<PromptTestReport?> ReportOfAsync(string key, string hash, CancellationToken cancellationToken) => inner.ReportOfAsync(key, hash, cancellationToken);
}
