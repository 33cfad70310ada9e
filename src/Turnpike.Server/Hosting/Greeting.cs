using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Hosting;

/// <summary>Says where the server listens and what it found, in one line.</summary>
internal sealed partial class Greeting(IServer server, IHostApplicationLifetime lifetime, ModelCatalog models, IOptions<ServerOptions> options, ILogger<Greeting> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Greet);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Greet()
    {
        if (!logger.IsEnabled(LogLevel.Information)) return;
        var addresses = string.Join(", ", server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        var providers = string.Join(", ", models.Providers.Select(provider => provider.Name));
        var data = Path.GetFullPath(options.Value.Data);
        Listens(addresses, providers, data);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Turnpike is at {Addresses} with the providers {Providers}; it keeps its data in {Data}. Ctrl+C stops it")]
    private partial void Listens(string addresses, string providers, string data);
}
