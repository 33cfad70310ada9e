using Microsoft.Extensions.Options;
using Turnpike.Pipeline;

namespace Turnpike.Server.Hosting;

/// <summary>
/// Ends what an earlier run left behind when the server starts. When it stops, running turns are given their time at once, so that their readers hear the end
/// before the connections close.
/// </summary>
internal sealed partial class RunnerHost(TurnRunner runner, IHostApplicationLifetime lifetime, IOptions<RunnerOptions> options, ILogger<RunnerHost> logger) : IHostedService
{
    private Task _stopping = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await runner.TendAsync(cancellationToken);
        lifetime.ApplicationStopping.Register(Stop);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopping;

    private void Stop()
    {
        if (runner.Running.Count is > 0 and var turns) Waits(turns, options.Value.Drain.TotalSeconds);
        _stopping = runner.StopAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Turns that still run: {Turns}. They have {Seconds} s to end; then they are cancelled, and what they said is kept")]
    private partial void Waits(int turns, double seconds);
}
