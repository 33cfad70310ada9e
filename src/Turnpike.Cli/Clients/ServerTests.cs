using Turnpike.Client;
using Turnpike.Prompts.Testing;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Clients;

/// <summary>Tests on a server.</summary>
internal sealed class ServerTests(ServerConnection server) : ITests
{
    /// <inheritdoc/>
    public Task<PromptTests> FindAsync(string key, CancellationToken cancellationToken) => server.GetAsync(At(key), TurnpikeJson.Relaxed.PromptTests, cancellationToken);

    /// <inheritdoc/>
    public Task<PromptTests> SaveAsync(PromptTests tests, CancellationToken cancellationToken) => server.AskAsync(ServerConnection.Send(HttpMethod.Put, At(tests.Key), tests, TurnpikeJson.Relaxed.PromptTests), TurnpikeJson.Relaxed.PromptTests, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => server.TellAsync(new(HttpMethod.Delete, At(key)), cancellationToken);

    /// <inheritdoc/>
    public Task<PromptTestReport> RunAsync(string key, PromptTestRun run, CancellationToken cancellationToken) => server.AskAsync(ServerConnection.Post(At(key) + "/run", run, TurnpikeJson.Relaxed.PromptTestRun), TurnpikeJson.Relaxed.PromptTestReport, cancellationToken);

    private static string At(string key) => $"api/prompts/{ServerConnection.Step(key)}/tests";
}
