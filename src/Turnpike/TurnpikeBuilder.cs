using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Middleware;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Triggers;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Resources;

namespace Turnpike;

/// <summary>Adds what a host brings: models, tools, triggers, middleware.</summary>
/// <param name="services">The host's services.</param>
public sealed class TurnpikeBuilder(IServiceCollection services)
{
    /// <summary>The host's services.</summary>
    public IServiceCollection Services => services;

    /// <summary>Adds a provider of models.</summary>
    public TurnpikeBuilder AddModels(IModelProvider provider)
    {
        services.AddSingleton(provider);
        return this;
    }

    /// <summary>Adds one model: any chat client under an id such as <c>mine/small</c>.</summary>
    /// <param name="id"><c>provider/name</c>.</param>
    /// <param name="client">The client; not disposed.</param>
    public TurnpikeBuilder AddModel(string id, IChatClient client)
    {
        services.AddSingleton(new HostModel(id, client));
        return this;
    }

    /// <summary>The model of turns that no layer gives one.</summary>
    public TurnpikeBuilder UseModel(string id)
    {
        services.Configure<ModelCatalogOptions>(options => options.Model = id);
        return this;
    }

    /// <summary>Adds a tool: a C# method whose parameters and doc attributes make its schema.</summary>
    public TurnpikeBuilder AddTool(Delegate method, string? name = null, string? description = null) => AddTool(AIFunctionFactory.Create(method, name, description));

    /// <summary>Adds a tool.</summary>
    public TurnpikeBuilder AddTool(AIFunction function)
    {
        services.AddSingleton(function);
        return this;
    }

    /// <summary>Adds a source of tools.</summary>
    public TurnpikeBuilder AddTools(IToolSource source)
    {
        services.AddSingleton(source);
        return this;
    }

    /// <summary>Adds a namespace of triggers: run, completed and documented like the built-in ones.</summary>
    public TurnpikeBuilder AddTriggers<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, ITriggerNamespace
    {
        services.AddSingleton<ITriggerNamespace, T>();
        return this;
    }

    /// <summary>Adds a namespace of triggers: run, completed and documented like the built-in ones.</summary>
    public TurnpikeBuilder AddTriggers(ITriggerNamespace triggers)
    {
        services.AddSingleton(triggers);
        return this;
    }

    /// <summary>Adds middleware behind that added before.</summary>
    public TurnpikeBuilder AddMiddleware<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, ITurnMiddleware
    {
        services.AddSingleton<ITurnMiddleware, T>();
        return this;
    }

    /// <summary>Adds middleware behind that added before.</summary>
    public TurnpikeBuilder AddMiddleware(ITurnMiddleware middleware)
    {
        services.AddSingleton(middleware);
        return this;
    }

    /// <summary>Chooses where prompts and turns are kept and puts the prompts that ship with the product behind the kept ones.</summary>
    /// <param name="keep">Registers stores; null: those that are registered already.</param>
    public TurnpikeBuilder AddBuiltInPrompts(Action<IServiceCollection>? keep = null)
    {
        keep?.Invoke(services);
        var kept = services.Last(service => service.ServiceType == typeof(IPromptStore));
        services.Remove(kept);
        services.AddSingleton<IPromptStore>(provider => new BuiltInPrompts((IPromptStore)(kept.ImplementationInstance ?? kept.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, kept.ImplementationType!))));
        return this;
    }

    /// <summary>Adds a kind of resource: an existing system's things, attached by reference.</summary>
    public TurnpikeBuilder AddResources<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, IResourceLoader
    {
        services.AddSingleton<IResourceLoader, T>();
        return this;
    }

    /// <summary>Adds a kind of resource: an existing system's things, attached by reference.</summary>
    public TurnpikeBuilder AddResources(IResourceLoader loader)
    {
        services.AddSingleton(loader);
        return this;
    }

    /// <summary>Adds computed variables.</summary>
    public TurnpikeBuilder AddVariables<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, IVariableProvider
    {
        services.AddSingleton<IVariableProvider, T>();
        return this;
    }
}
