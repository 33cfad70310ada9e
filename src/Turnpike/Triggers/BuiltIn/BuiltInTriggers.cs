using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Turnpike.Triggers.Completion;
using Turnpike.Triggers.Parsing;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Registers the triggers that every host has.</summary>
internal static class BuiltInTriggers
{
    public static void AddTriggers(this IServiceCollection services)
    {
        services.TryAddSingleton<ToolNames>();
        services.TryAddSingleton<AutoChoice>();
        services.TryAddSingleton<StoredPrompts>();
        services.TryAddSingleton<RuleNames>();
        services.TryAddSingleton<ResourceNames>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<ITriggerNamespace, ToolsTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, ParamsTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, ReasoningTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, ModelTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, VarsTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, PromptTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, AgentTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, SystemTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, ResourceTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, SchemaTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, SearchTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, RulesTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, TagsTriggers>(),
            ServiceDescriptor.Singleton<ITriggerNamespace, TitleTriggers>(),
        ]);
        services.TryAddSingleton<TriggerCatalog>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<TriggerOptions>>().Value.Syntax);
        services.TryAddSingleton<TriggerParser>();
        services.TryAddSingleton<TriggerCompletion>();
        services.TryAddSingleton<TriggerProcessor>();
    }
}
