using System.ComponentModel.DataAnnotations;
using Turnpike.Server.Access;

namespace Turnpike.Server.Hosting;

/// <summary>Refuses to listen where the network can reach the server while nobody needs a key.</summary>
internal sealed class OpenDoors(IConfiguration configuration, Gatekeeper keeper) : IHostedLifecycleService
{
    /// <exception cref="ValidationException">It would be open to everybody; the message says what to do.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (ListenAddresses.Public(configuration) is not var (key, url) || await keeper.NeedsKeysAsync(cancellationToken)) return;
        throw new ValidationException($"{key} is \"{url}\", which would open this server to the network, and there are no keys yet that tell who may use it. Make one first with: turnpike keys create --name admin --scope admin (with the same --data or TURNPIKE_DATA, or the same ConnectionStrings__Turnpike), or listen on this machine only: ASPNETCORE_URLS=http://127.0.0.1:5080.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
