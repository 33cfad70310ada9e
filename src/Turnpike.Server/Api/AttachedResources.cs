using System.Collections.Concurrent;
using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>Puts resources into a conversation, at once or when they have been loaded.</summary>
internal sealed class AttachedResources(IConversationStore store, string conversation, int most, TimeProvider time)
{
    /// <summary>What is being loaded here now, by the version of what is shown meanwhile.</summary>
    private static readonly ConcurrentDictionary<string, LoadingPlace> Places = new(StringComparer.Ordinal);

    /// <summary>Adds a resource in the place of one with the same id.</summary>
    public async Task<Resource> AddAsync(Resource added, CancellationToken cancellationToken)
    {
        await PutAsync(added, _ => { }, cancellationToken);
        return added;
    }

    /// <summary>
    /// Shows a resource as loading and then as it was loaded. One that is refused leaves what was there before; one that was removed meanwhile stays away; where another
    /// one was put in its place, that one stays and is answered.
    /// </summary>
    public async Task<Resource> LoadAsync(Resource loading, Func<ValueTask<Resource>> load, CancellationToken cancellationToken)
    {
        var place = new LoadingPlace(loading with { Version = Ids.New("load") });
        Places[place.Shown.Version!] = place;
        try
        {
            await PutAsync(place.Shown, before => place.Take(before, before?.Version is { } version ? Places.GetValueOrDefault(version) : null), cancellationToken);
            Resource? loaded = null, kept = null;
            try
            {
                loaded = await load();
            }
            finally
            {
                place.End(loaded);
                await ChangeAsync(resources =>
                {
                    kept = resources.FirstOrDefault(resource => resource.Id == loading.Id);
                    if (kept is null || !place.Is(kept)) return resources;
                    var (shown, settled) = (kept, Settled(kept, loaded) ?? place.Left);
                    kept = settled;
                    return [.. resources.Select(resource => ReferenceEquals(resource, shown) ? settled : resource).OfType<Resource>()];
                }, CancellationToken.None);
            }
            return kept ?? loaded;
        }
        finally
        {
            Places.TryRemove(place.Shown.Version!, out _);
        }
    }

    /// <summary>What was changed while it was loading stays so.</summary>
    private static Resource? Settled(Resource now, Resource? loaded) => loaded is null ? null : loaded with { Title = now.Title ?? loaded.Title, Policy = now.Policy };

    /// <summary>Puts a resource last, and tells of the one that it takes the place of.</summary>
    private Task PutAsync(Resource added, Action<Resource?> replaces, CancellationToken cancellationToken) => ChangeAsync(resources =>
    {
        if (resources.Count(resource => resource.Id != added.Id) >= most) throw new TurnException(TurnErrorCode.RequestInvalid, $"A conversation keeps {most} resources (Turnpike:Resources:Most). Remove one first.") { Field = "resources" };
        replaces(resources.FirstOrDefault(resource => resource.Id == added.Id));
        return [.. resources.Where(resource => resource.Id != added.Id), added];
    }, cancellationToken);

    private async Task ChangeAsync(Func<IReadOnlyList<Resource>, IReadOnlyList<Resource>> change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        _ = await store.UpdateAsync(conversation, current => current with { Resources = change(current.Resources), UpdatedAt = now }, cancellationToken) ?? throw ResourcesApi.NoConversation(conversation);
    }
}
