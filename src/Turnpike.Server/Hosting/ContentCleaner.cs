using Microsoft.Extensions.Options;
using Turnpike.Turns.Files;

namespace Turnpike.Server.Hosting;

/// <summary>Removes bytes that nothing refers to any more, and files that have expired: at start and every ten minutes.</summary>
internal sealed partial class ContentCleaner(IContentStore contents, IOptions<UploadOptions> options, TimeProvider time, ILogger<ContentCleaner> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await contents.CleanAsync(time.GetUtcNow() - options.Value.Unreferenced, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                NotCleaned(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Contents that nothing refers to could not be removed; the next try is in ten minutes")]
    private partial void NotCleaned(Exception error);
}
