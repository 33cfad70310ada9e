using Turnpike.Prompts.Testing;

namespace Turnpike.Turns.Projects;

/// <summary>Tests of prompts as the members of the prompts' projects see them: runners may run them, editors change them.</summary>
internal sealed class GuardedPromptTests(IPromptTests inner, ProjectAccess access) : IPromptTests
{
    public async Task<PromptTests?> FindAsync(string key, CancellationToken cancellationToken) => await access.SeesAsync(Of(key), cancellationToken) ? await inner.FindAsync(key, cancellationToken) : null;

    public async Task<PromptTests> SaveAsync(PromptTests tests, int? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tests);
        if (!await access.AllowsAsync(Of(tests.Key), ProjectRole.Editor, cancellationToken)) throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{tests.Key}\".") { Field = "key" };
        return await inner.SaveAsync(tests, expectedRevision, cancellationToken);
    }

    public async Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken) => await access.AllowsAsync(Of(key), ProjectRole.Editor, cancellationToken) && await inner.DeleteAsync(key, expectedRevision, cancellationToken);

    public async Task ReportAsync(PromptTestReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (await access.AllowsAsync(Of(report.Key), ProjectRole.Runner, cancellationToken)) await inner.ReportAsync(report, cancellationToken);
    }

    public async Task<PromptTestReport?> ReportOfAsync(string key, string hash, CancellationToken cancellationToken) => await access.SeesAsync(Of(key), cancellationToken) ? await inner.ReportOfAsync(key, hash, cancellationToken) : null;

    private static ProjectThing Of(string key) => new(ProjectThings.Prompt, key);
}
