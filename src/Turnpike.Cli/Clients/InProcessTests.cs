using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Testing;

namespace Turnpike.Cli.Clients;

/// <summary>Tests in this process's stores, run in this process.</summary>
internal sealed class InProcessTests(IPromptTests store, PromptTester tester, PromptResolver resolver) : ITests
{
    /// <inheritdoc/>
    public async Task<PromptTests> FindAsync(string key, CancellationToken cancellationToken)
    {
        var name = await KeyAsync(key, cancellationToken);
        return await store.FindAsync(name, cancellationToken) ?? new() { Key = name };
    }

    /// <inheritdoc/>
    public Task<PromptTests> SaveAsync(PromptTests tests, CancellationToken cancellationToken) => tester.SaveAsync(tests, null, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken) => await store.DeleteAsync(await KeyAsync(key, cancellationToken), null, cancellationToken);

    /// <inheritdoc/>
    public Task<PromptTestReport> RunAsync(string key, PromptTestRun run, CancellationToken cancellationToken) => tester.RunAsync(key, run, new(), cancellationToken);

    private async Task<string> KeyAsync(string key, CancellationToken cancellationToken) => (await resolver.ResolveAsync(new PromptReference { Id = key }, cancellationToken)).Prompt.Key;
}
