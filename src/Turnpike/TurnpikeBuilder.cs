using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Middleware;
using Turnpike.Middleware.Hooks;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Tools;
using Turnpike.Triggers;
using Turnpike.Turns;
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
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(client);
        services.AddSingleton(new HostModel(id, client));
        return this;
    }

    /// <summary>The model of turns that no layer gives one.</summary>
    public TurnpikeBuilder UseModel(string id)
    {
        services.Configure<ModelCatalogOptions>(options => options.Model = id);
        return this;
    }

    /// <summary>Adds a tool: a C# method whose parameters make its schema. <c>Description</c> attributes, else doc comments, tell the model what it and they are for.</summary>
    /// <param name="method">The method or lambda.</param>
    /// <param name="name">The tool's name; null: the method's.</param>
    /// <param name="description">What the model reads of it; null: as the method says.</param>
    public TurnpikeBuilder AddTool(Delegate method, string? name = null, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return AddTool(MethodTools.Of(method, name, description));
    }

    /// <summary>Adds the tools of a class: its public methods that carry <see cref="ToolAttribute"/>. Their object comes from the host's services, in a scope of each call, or is made with them and disposed after the call.</summary>
    /// <exception cref="ArgumentException">No method carries the attribute.</exception>
    public TurnpikeBuilder AddTools<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class
    {
        foreach (var tool in MethodTools.Of<T>()) AddTool(tool);
        return this;
    }

    /// <summary>Adds a tool.</summary>
    public TurnpikeBuilder AddTool(AIFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
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

    /// <summary>Adds middleware that sees requests when they are ready, behind that added before.</summary>
    public TurnpikeBuilder AddRequestMiddleware<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, IRequestMiddleware
    {
        services.AddSingleton<IRequestMiddleware, T>();
        return this;
    }

    /// <summary>Adds middleware that sees requests when they are ready, behind that added before.</summary>
    public TurnpikeBuilder AddRequestMiddleware(IRequestMiddleware middleware)
    {
        services.AddSingleton(middleware);
        return this;
    }

    /// <summary>Adds somebody who hears of turns when they have ended and are kept.</summary>
    public TurnpikeBuilder AddObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, ITurnObserver
    {
        services.AddSingleton<ITurnObserver, T>();
        return this;
    }

    /// <summary>Adds somebody who hears of turns when they have ended and are kept.</summary>
    public TurnpikeBuilder AddObserver(ITurnObserver observer)
    {
        services.AddSingleton(observer);
        return this;
    }

    /// <summary>Adds a program behind a URL that sees turns, at the points that its options name.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option does not fit; the message names it.</exception>
    public TurnpikeBuilder AddHook(HookOptions hook)
    {
        HookRegistration.Add(services, hook);
        return this;
    }

    /// <summary>Chooses where prompts and turns are kept and puts the prompts that ship with the product behind the kept ones.</summary>
    /// <param name="keep">Registers stores; null: those that are registered, before this or after.</param>
    public TurnpikeBuilder AddBuiltInPrompts(Action<IServiceCollection>? keep = null)
    {
        keep?.Invoke(services);
        ShippedPrompts.Add(services);
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
