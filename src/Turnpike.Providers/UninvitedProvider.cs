using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers;

/// <summary>A provider that nobody asked for: when it is not there it has no models, and looking costs little time.</summary>
internal sealed class UninvitedProvider(IModelProvider provider, TimeSpan patience) : IModelProvider, IDisposable
{
    public string Name => provider.Name;

    public IReadOnlyList<string>? Parameters => provider.Parameters;

    public IChatClient Client(string model) => provider.Client(model);

    public async Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken)
    {
        using var looking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        looking.CancelAfter(patience);
        try
        {
            return await provider.ListAsync(looking.Token);
        }
        catch (Exception error) when (error is TurnException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    public void Dispose() => (provider as IDisposable)?.Dispose();
}
