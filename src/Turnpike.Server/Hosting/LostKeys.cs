using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Hosting;

/// <summary>Reads, when the server has started, some of what lies sealed, so that the log tells at once of a key that was not copied along. The stores write the line.</summary>
internal sealed partial class LostKeys(ISettingsStore settings, IConversationStore conversations, IHostApplicationLifetime lifetime, ILogger<LostKeys> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _ = LookAsync(lifetime.ApplicationStopping));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            await settings.VariablesAsync(SettingsRules.Global, stopping);
            await settings.ListProjectsAsync(new(), stopping);
            await conversations.ListAsync(new(), stopping);
        }
        catch (Exception error)
        {
            if (!stopping.IsCancellationRequested) NotLooked(error); // else the program ends
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether what is sealed can be opened could not be looked at")]
    private partial void NotLooked(Exception error);
}
