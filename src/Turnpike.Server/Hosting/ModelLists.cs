using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Hosting;

/// <summary>Asks providers for their models as soon as the server is up, so that the first turn need not wait for their windows, inputs and prices.</summary>
internal sealed class ModelLists(ModelCatalog models, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _ = models.ListAsync(null, lifetime.ApplicationStopping).ContinueWith(static done => _ = done.Exception, TaskScheduler.Default)); // whoever lists them hears of faults
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
