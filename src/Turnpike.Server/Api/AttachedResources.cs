using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>Puts resources into a conversation, at once or when they have been loaded.</summary>
internal sealed class AttachedResources(IConversationStore store, string conversation, int most, TimeProvider time)
{
    /// <summary>Adds a resource in the place of one with the same id.</summary>
    public async Task<Resource> AddAsync(Resource added, CancellationToken cancellationToken)
    {
        await ChangeAsync(resources =>
        {
            if (resources.Count(resource => resource.Id != added.Id) >= most) throw new TurnException(TurnErrorCode.RequestInvalid, $"A conversation keeps {most} resources (Turnpike:Resources:Most). Remove one first.") { Field = "resources" };
            return [.. resources.Where(resource => resource.Id != added.Id), added];
        }, cancellationToken);
        return added;
    }

    /// <summary>Shows a resource as loading and then as it was loaded. One that is refused leaves what was there before; one that was removed meanwhile stays away.</summary>
    public async Task<Resource> LoadAsync(Resource loading, Func<ValueTask<Resource>> load, CancellationToken cancellationToken)
    {
        var before = (await store.FindAsync(conversation, cancellationToken))?.Resources.FirstOrDefault(resource => resource.Id == loading.Id);
        await AddAsync(loading, cancellationToken);
        Resource? loaded = null;
        try
        {
            return loaded = await load();
        }
        finally
        {
            await ChangeAsync(resources => [.. resources.Select(resource => resource is { State: ResourceState.Loading } && resource.Id == loading.Id ? Settled(resource, loaded) ?? before : resource).OfType<Resource>()], CancellationToken.None);
        }
    }

    /// <summary>What was changed while it was loading stays so.</summary>
    private static Resource? Settled(Resource now, Resource? loaded) => loaded is null ? null : loaded with { Title = now.Title ?? loaded.Title, Policy = now.Policy };

    private async Task ChangeAsync(Func<IReadOnlyList<Resource>, IReadOnlyList<Resource>> change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        _ = await store.UpdateAsync(conversation, current => current with { Resources = change(current.Resources), UpdatedAt = now }, cancellationToken) ?? throw ResourcesApi.NoConversation(conversation);
    }
}
