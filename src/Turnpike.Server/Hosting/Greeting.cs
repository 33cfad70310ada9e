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
        lifetime.ApplicationStarted.Register(() => Listens(
            string.Join(", ", server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []),
            string.Join(", ", models.Providers.Select(provider => provider.Name)),
            Path.GetFullPath(options.Value.Data)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Turnpike is at {Addresses} with the providers {Providers}; it keeps its data in {Data}")]
    private partial void Listens(string addresses, string providers, string data);
}
