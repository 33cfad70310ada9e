using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Turnpike.Conversations;
using Turnpike.Messages;
using Turnpike.Messages.Resources;
using Turnpike.Middleware;
using Turnpike.Models;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Prompts.Imports;
using Turnpike.Prompts.Testing;
using Turnpike.Prompts.Variables;
using Turnpike.Tools;
using Turnpike.Tools.BuiltIn;
using Turnpike.Triggers;
using Turnpike.Triggers.BuiltIn;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;
using Turnpike.Turns.Web;

namespace Turnpike;

/// <summary>Adds Turnpike to a host.</summary>
public static class TurnpikeServices
{
    /// <summary>
    /// Adds the road of a turn. Without more, turns are kept in memory and the only models are those added with <see cref="TurnpikeBuilder.AddModels"/>. A generic host ends what an earlier run left behind when it
    /// starts, removes contents that nothing refers to any more while it runs, and gives running turns their time when it stops; without one that is <see cref="TurnRunner.TendAsync(CancellationToken)"/>,
    /// <see cref="IContentStore.CleanAsync"/> and <see cref="TurnRunner.StopAsync"/>.
    /// </summary>
    public static TurnpikeBuilder AddTurnpike(this IServiceCollection services)
    {
        services.AddOptions();
        services.AddOptionRules();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton<IStoreChanges, StoreChanges>();
        services.TryAddSingleton(provider => new InMemoryStores(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<UploadOptions>>()));
        services.TryAddSingleton<IPromptTests, InMemoryPromptTests>();
        services.TryAddSingleton<IPromptStore>(provider => new TestedPrompts(ActivatorUtilities.CreateInstance<InMemoryPromptStore>(provider), provider.GetRequiredService<IPromptTests>()));
        services.TryAddSingleton<IPromptDrafts, InMemoryPromptDrafts>();
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().PromptUses);
        services.TryAddSingleton<IConversationStore>(provider => provider.GetRequiredService<InMemoryStores>().Conversations);
        services.TryAddSingleton<ITurnStore>(provider => provider.GetRequiredService<InMemoryStores>().Turns);
        services.TryAddSingleton<ITurnLog>(provider => provider.GetRequiredService<InMemoryStores>().Log);
        services.TryAddSingleton<IStoredCompletions, InMemoryStoredCompletions>();
        services.TryAddSingleton<IToolServerStore>(provider => provider.GetRequiredService<InMemoryStores>().ToolServers);
        services.TryAddSingleton<IOpenCallStore>(provider => provider.GetRequiredService<InMemoryStores>().OpenCalls);
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Recordings);

        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Settings);
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Members);
        services.TryAddSingleton<ProjectAccess>();
        services.TryAddSingleton<ProjectMembership>();
        services.TryAddSingleton<ProjectMaking>();
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Contents);
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Files);
        services.TryAddSingleton<KeptParts>();
        services.TryAddSingleton<ISecretBox, ProcessSecretBox>();
        services.TryAddSingleton<KeptSecrets>();
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStores>().Usage);

        services.TryAddSingleton<ToolCatalog>();
        services.TryAddSingleton<ModelCatalog>();
        services.TryAddSingleton<SmallModel>();
        services.TryAddEnumerable([ServiceDescriptor.Singleton<IToolSource, FunctionSource>(), ServiceDescriptor.Singleton<IToolSource, BuiltInTools>(), ServiceDescriptor.Singleton<IToolSource, ReachingTools>(), ServiceDescriptor.Singleton<IToolSource, PromptTools>()]);

        services.TryAddSingleton<PromptCompiler>();
        services.TryAddSingleton<PartialLoader>();
        services.TryAddSingleton<PromptKeeper>();
        services.TryAddSingleton<PromptValidator>();
        services.TryAddSingleton<PromptImporter>();
        services.TryAddSingleton<VariableFiles>();
        services.TryAddSingleton<PromptRenderer>();
        services.TryAddSingleton<VariableResolver>();

        services.TryAddSingleton<PromptResolver>();
        services.TryAddSingleton<SharedLayers>();
        services.TryAddSingleton<SecretNames>();
        services.TryAddSingleton<DraftOpener>();
        services.AddTriggers();
        services.TryAddSingleton<MiddlewareChain>();
        services.TryAddSingleton<TokenCalibration>();
        services.TryAddSingleton<HistoryReader>();
        services.TryAddSingleton<RuleResolver>();
        services.TryAddSingleton<IHostLookup, SystemHostLookup>();
        services.TryAddSingleton<GuardedClient>();
        services.TryAddSingleton<WebPages>();
        services.TryAddSingleton<Workspace>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IResourceLoader, WebpageLoader>(), ServiceDescriptor.Singleton<IResourceLoader, WorkspaceLoader>(),
            ServiceDescriptor.Singleton<IResourceLoader, TurnLoader>(), ServiceDescriptor.Singleton<IResourceLoader, ConversationLoader>(),
        ]);
        services.TryAddSingleton<ResourceLoading>();
        services.TryAddSingleton<ResourceReader>();
        services.TryAddSingleton<MessageBuilder>();
        services.TryAddSingleton<ToolResolver>();
        services.TryAddSingleton<ToolCaller>();
        services.TryAddSingleton<ToolTrials>();
        services.TryAddSingleton<ModelStream>();
        services.TryAddSingleton<TurnRecorder>();
        services.TryAddSingleton<GivenTurns>();
        services.TryAddSingleton<TurnTapes>();
        services.TryAddSingleton<TurnPipeline>();
        services.TryAddSingleton<IBudgetStore, InMemoryBudgetStore>();
        services.TryAddSingleton<IOrganizations, OneOrganization>();
        services.TryAddSingleton<TurnMeter>();
        services.TryAddSingleton<SideCalls>();
        services.TryAddSingleton<TurnKeys>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITurnObserver, TitleMaker>());
        services.TryAddSingleton<TurnObservers>();
        services.TryAddSingleton(provider =>
        {
            provider.GetService<IStartupValidator>()?.Validate(); // without a host nobody has
            return ActivatorUtilities.CreateInstance<TurnRunner>(provider);
        });
        services.TryAddSingleton<PromptTester>();
        services.TryAddEnumerable([ServiceDescriptor.Singleton<IHostedService, RunnerHost>(), ServiceDescriptor.Singleton<IHostedService, ContentCleaner>()]);
        services.TryAddSingleton<TurnBranches>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITriggerNamespace, RaceTriggers>(provider => new(provider.GetRequiredService<ModelCatalog>(), new(provider.GetRequiredService<TurnRunner>), new(provider.GetRequiredService<TurnBranches>))));
        services.TryAddSingleton<TurnReplay>();
        services.TryAddSingleton<ConversationCompaction>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITurnObserver, AutoCompaction>());
        services.TryAddSingleton<ConversationImport>();
        services.TryAddSingleton<ConversationExport>();
        return new(services);
    }
}
