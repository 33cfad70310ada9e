using Microsoft.Extensions.DependencyInjection;

namespace Turnpike.Prompts;

/// <summary>Puts the prompts that ship with the product behind those of the registered store, whichever of both comes first.</summary>
internal sealed class ShippedPrompts
{
    private ServiceDescriptor? _store;

    /// <summary>Puts them behind the registered store, and behind one that is registered later.</summary>
    public static void Add(IServiceCollection services)
    {
        if (Wanted(services) is null) services.AddSingleton(new ShippedPrompts());
        Follow(services);
    }

    /// <summary>Puts them behind a store that was just registered, if a host wants them.</summary>
    public static void Follow(IServiceCollection services)
    {
        var kept = services.Last(service => service.ServiceType == typeof(IPromptStore));
        if (Wanted(services) is not { } wanted || ReferenceEquals(kept, wanted._store)) return;
        services.Remove(kept);
        services.Add(wanted._store = ServiceDescriptor.Singleton<IPromptStore>(provider => new BuiltInPrompts((IPromptStore)(kept.ImplementationInstance ?? kept.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, kept.ImplementationType!)))));
    }

    private static ShippedPrompts? Wanted(IServiceCollection services) => services.LastOrDefault(service => service.ServiceType == typeof(ShippedPrompts))?.ImplementationInstance as ShippedPrompts;
}
