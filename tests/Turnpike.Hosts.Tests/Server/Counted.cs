using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Counts how often a service of the server is asked, and lets it answer.</summary>
public class Counted : DispatchProxy
{
    private readonly ConcurrentBag<string> _calls = [];
    private object? _inner;

    /// <summary>Stands before the service that is registered last.</summary>
    public static void Before<T>(IServiceCollection services, Action<Counted> made) where T : class
    {
        var registered = services.Last(one => one.ServiceType == typeof(T));
        services.AddSingleton(provider =>
        {
            var proxy = Create<T, Counted>();
            var counted = (Counted)(object)proxy;
            counted._inner = registered.ImplementationInstance ?? registered.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!);
            made(counted);
            return proxy;
        });
    }

    public int Of(string method) => _calls.Count(call => call == method);

    public void Forget() => _calls.Clear();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _calls.Add(targetMethod!.Name);
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
