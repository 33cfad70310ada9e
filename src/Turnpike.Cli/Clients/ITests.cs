using Turnpike.Prompts.Testing;

namespace Turnpike.Cli.Clients;

/// <summary>Tests of prompts.</summary>
internal interface ITests
{
    /// <summary>A prompt's tests; revision 0: it has none.</summary>
    Task<PromptTests> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Saves tests over those there are.</summary>
    Task<PromptTests> SaveAsync(PromptTests tests, CancellationToken cancellationToken);

    /// <summary>Deletes a prompt's tests with their reports.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Runs a prompt's tests.</summary>
    Task<PromptTestReport> RunAsync(string key, PromptTestRun run, CancellationToken cancellationToken);
}
