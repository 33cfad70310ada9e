using Microsoft.Extensions.Options;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;

namespace Turnpike.Server.Hosting;

/// <summary>Removes bytes that nothing refers to any more, and files that have expired: at start and every ten minutes.</summary>
internal sealed partial class ContentCleaner(IContentStore contents, IOrganizations organizations, IOptions<UploadOptions> options, TimeProvider time, ILogger<ContentCleaner> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await CleanAsync(stoppingToken); while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that is disposed without having been stopped would take it for a failure.
        }
    }

    private async Task CleanAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var organization in await organizations.AllAsync(stoppingToken)) await CleanAsync(organization, stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            NotCleaned(OrganizationScope.Default, error);
        }
    }

    /// <summary>One whose database fails keeps none of the others from it.</summary>
    private async Task CleanAsync(string organization, CancellationToken stoppingToken)
    {
        using var scope = OrganizationScope.Enter(organization);
        try
        {
            await contents.CleanAsync(time.GetUtcNow() - options.Value.Unreferenced, stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            NotCleaned(organization, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Contents of organization \"{Organization}\" that nothing refers to could not be removed; the next try is in ten minutes")]
    private partial void NotCleaned(string organization, Exception error);
}
