using Turnpike.Providers.Mcp;

namespace Turnpike.Server.Hosting;

/// <summary>Begins to connect to tool servers when the server has started; nobody waits for one that is dead.</summary>
internal sealed class ToolServerHost(ToolServers servers, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _ = servers.WarmUpAsync(lifetime.ApplicationStopping));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
