using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;

namespace Turnpike.Pipeline;

/// <summary>Removes bytes that nothing refers to any more, and files that have expired: once the host has started, and every ten minutes. A host that fails to start never comes to it.</summary>
internal sealed partial class ContentCleaner(IContentStore contents, IOrganizations organizations, IOptions<UploadOptions> options, TimeProvider time, ILogger<ContentCleaner> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private readonly CancellationTokenSource _stopping = new();
    private Task _cleaning = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var stopping = _stopping.Token;
        _cleaning = Task.Run(() => CleanUntilAsync(stopping), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Cancel();
        await _cleaning.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A host may be disposed without having been stopped, and stopped while it is disposed.</summary>
    public void Dispose()
    {
        Cancel();
        _stopping.Dispose();
    }

    private void Cancel()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Then it was cancelled before.
        }
    }

    private async Task CleanUntilAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await CleanAsync(stopping); while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The host goes, and its stores with it.
        }
    }

    private async Task CleanAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var organization in await organizations.AllAsync(stopping)) await CleanAsync(organization, stopping);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            NotCleaned(OrganizationScope.Default, error);
        }
    }

    /// <summary>One whose database fails keeps none of the others from it.</summary>
    private async Task CleanAsync(string organization, CancellationToken stopping)
    {
        using var scope = OrganizationScope.Enter(organization);
        try
        {
            await contents.CleanAsync(time.GetUtcNow() - options.Value.Unreferenced, stopping);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            NotCleaned(organization, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Contents of organization \"{Organization}\" that nothing refers to could not be removed; the next try is in ten minutes")]
    private partial void NotCleaned(string organization, Exception error);
}
