using Turnpike.Pipeline;

namespace Turnpike.Server.Hosting;

/// <summary>Ends what an earlier run left behind when the server starts, and lets running turns finish when it stops.</summary>
internal sealed class RunnerHost(TurnRunner runner) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => runner.TendAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => runner.StopAsync(cancellationToken);
}
