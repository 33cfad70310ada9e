using Turnpike.Turns.Resources;

namespace Turnpike.Server.Api;

/// <summary>The place of a resource that is being loaded: what is shown there, and what stood there before.</summary>
/// <param name="shown">What is shown meanwhile; its version tells it from whatever else has its id.</param>
internal sealed class LoadingPlace(Resource shown)
{
    private Resource? _before;
    private LoadingPlace? _under;
    private Resource? _loaded;
    private volatile bool _ended;

    public Resource Shown => shown;

    /// <summary>What stands here if this one is refused. What was itself being loaded still is, or is what came of it.</summary>
    public Resource? Left => _under is not { } under ? _before : !under._ended ? under.Shown : under._loaded ?? under.Left;

    /// <summary>Remembers what it takes the place of. What another node, or one that has ended, was loading is loaded by the next turn that needs it.</summary>
    /// <param name="before">What stood there.</param>
    /// <param name="under">Whose place that is, if it is being loaded here.</param>
    public void Take(Resource? before, LoadingPlace? under) =>
        (_under, _before) = before is { State: ResourceState.Loading } ? (under, before with { State = ResourceState.Pending, Version = null }) : (null, before);

    /// <summary>Whether a resource is the one that is shown here.</summary>
    public bool Is(Resource resource) => resource.State == ResourceState.Loading && resource.Id == shown.Id && resource.Version == shown.Version;

    /// <summary>Says what came of it, before that is kept: whoever took its place meanwhile may look.</summary>
    public void End(Resource? loaded) => (_loaded, _ended) = (loaded, true);
}
