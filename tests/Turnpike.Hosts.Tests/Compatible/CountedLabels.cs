using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>How often all labels were read from a server's prompts.</summary>
public sealed class CountedLabels
{
    private int _read;

    public int Read => Volatile.Read(ref _read);

    /// <summary>Counts in the store that a server has.</summary>
    public static void Count(IServiceCollection services, CountedLabels reads)
    {
        var made = services.Last(service => service.ServiceType == typeof(IPromptStore));
        services.AddSingleton(provider =>
        {
            var counting = DispatchProxy.Create<IPromptStore, Counting>();
            ((Counting)(object)counting).Set((IPromptStore)made.ImplementationFactory!(provider), reads);
            return counting;
        });
    }

    /// <summary>The store behind the counter.</summary>
    public class Counting : DispatchProxy
    {
        private IPromptStore? _store;
        private CountedLabels? _reads;

        public void Set(IPromptStore store, CountedLabels reads) => (_store, _reads) = (store, reads);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IPromptStore.AllLabelsAsync)) Interlocked.Increment(ref _reads!._read);
            return targetMethod.Invoke(_store, args);
        }
    }
}
