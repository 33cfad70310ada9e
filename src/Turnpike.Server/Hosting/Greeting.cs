using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Turnpike.Providers;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Hosting;

/// <summary>Says where the server listens and what it found, in one line. A provider that was only guessed at is named when it is there.</summary>
internal sealed partial class Greeting(IServer server, IHostApplicationLifetime lifetime, ModelCatalog models, IOptions<ServerOptions> options, ILogger<Greeting> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _ = GreetAsync(lifetime.ApplicationStopping));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        if (!logger.IsEnabled(LogLevel.Information)) return;
        var addresses = string.Join(", ", server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        var found = new List<string>();
        foreach (var provider in models.Providers) if (await IsThereAsync(provider, cancellationToken)) found.Add(provider.Name);
        var (providers, data) = (string.Join(", ", found), Path.GetFullPath(options.Value.Data));
        Listens(addresses, providers, data);
    }

    private static async Task<bool> IsThereAsync(IModelProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            return !ModelProviders.IsGuess(provider) || (await provider.ListAsync(cancellationToken)).Count > 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Turnpike is at {Addresses} with the providers {Providers}; it keeps its data in {Data}. Ctrl+C stops it")]
    private partial void Listens(string addresses, string providers, string data);
}
