using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Conversations;
using Turnpike.Messages;
using Turnpike.Middleware;
using Turnpike.Models;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Tools;
using Turnpike.Tools.BuiltIn;
using Turnpike.Triggers.BuiltIn;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike;

/// <summary>Adds Turnpike to a host.</summary>
public static class TurnpikeServices
{
    /// <summary>
    /// Adds the road of a turn. Without more, turns are kept in memory and the only models are those added with <see cref="TurnpikeBuilder.AddModels"/>.
    /// </summary>
    public static TurnpikeBuilder AddTurnpike(this IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton<IStoreChanges, StoreChanges>();
        services.TryAddSingleton<InMemoryStores>();
        services.TryAddSingleton<IPromptStore, InMemoryPromptStore>();
        services.TryAddSingleton<IConversationStore>(provider => provider.GetRequiredService<InMemoryStores>().Conversations);
        services.TryAddSingleton<ITurnStore>(provider => provider.GetRequiredService<InMemoryStores>().Turns);
        services.TryAddSingleton<ITurnLog>(provider => provider.GetRequiredService<InMemoryStores>().Log);
        services.TryAddSingleton<IOpenCallStore>(provider => provider.GetRequiredService<InMemoryStores>().OpenCalls);

        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Settings);
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Usage);

        services.TryAddSingleton<ToolCatalog>();
        services.TryAddSingleton<ModelCatalog>();
        services.TryAddEnumerable([ServiceDescriptor.Singleton<IToolSource, FunctionSource>(), ServiceDescriptor.Singleton<IToolSource, CurrentTime>()]);

        services.TryAddSingleton<PromptCompiler>();
        services.TryAddSingleton<PartialLoader>();
        services.TryAddSingleton<PromptRenderer>();
        services.TryAddSingleton<VariableResolver>();

        services.TryAddSingleton<PromptResolver>();
        services.TryAddSingleton<SharedLayers>();
        services.TryAddSingleton<DraftOpener>();
        services.AddTriggers();
        services.TryAddSingleton<MiddlewareChain>();
        services.TryAddSingleton<RuleResolver>();
        services.TryAddSingleton<MessageBuilder>();
        services.TryAddSingleton<ToolResolver>();
        services.TryAddSingleton<ToolCaller>();
        services.TryAddSingleton<ModelStream>();
        services.TryAddSingleton<TurnRecorder>();
        services.TryAddSingleton<TurnPipeline>();
        services.TryAddSingleton<TurnRunner>();
        return new(services);
    }
}
