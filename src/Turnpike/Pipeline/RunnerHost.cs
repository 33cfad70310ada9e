using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Turnpike.Pipeline;

/// <summary>
/// Ends what an earlier run left behind when the host starts. When it stops, running turns are given their time while the host still answers: readers hear
/// the end, new turns hear when to try again.
/// </summary>
internal sealed partial class RunnerHost(TurnRunner runner, IOptions<RunnerOptions> options, ILogger<RunnerHost> logger, IHostApplicationLifetime? lifetime = null) : IHostedLifecycleService
{
    private readonly Lock _gate = new();
    private Task? _stopping;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await runner.TendAsync(cancellationToken);
        lifetime?.ApplicationStopping.Register(() => Stop());
    }

    /// <summary>Before anything else is stopped, the host's ear included. The host may come here before it tells that it stops, or while it does.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => Stop();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Stop();

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task Stop()
    {
        lock (_gate)
        {
            if (_stopping is not null) return _stopping;
            if (runner.Running.Count is > 0 and var turns) Waits(turns, options.Value.Drain.TotalSeconds);
            return _stopping = runner.StopAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Turns that still run: {Turns}. They have {Seconds} s to end; then they are interrupted, and what they said is kept")]
    private partial void Waits(int turns, double seconds);
}
