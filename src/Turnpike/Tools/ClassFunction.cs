using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Turnpike.Tools;

/// <summary>A tool of a class. Its object comes from the services of the call, which dispose it when its time has come; one that they do not know is made with them and disposed after the call.</summary>
internal sealed class ClassFunction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(MethodInfo method, AIFunctionFactoryOptions options)
    : DelegatingAIFunction(AIFunctionFactory.Create(method, _ => throw new InvalidOperationException("Its object is given."), options)) where T : class
{
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var services = arguments.Services ?? throw new InvalidOperationException($"A tool of \"{typeof(T).Name}\" was called without services.");
        if (services.GetService<T>() is { } known) return await InvokeAsync(known, arguments, cancellationToken);
        var made = ActivatorUtilities.CreateInstance<T>(services);
        try
        {
            return await InvokeAsync(made, arguments, cancellationToken);
        }
        finally
        {
            if (made is IAsyncDisposable later) await later.DisposeAsync();
            else (made as IDisposable)?.Dispose();
        }
    }

    /// <summary>The factory remembers what it made of a method, so that binding it to an object costs little.</summary>
    private ValueTask<object?> InvokeAsync(T target, AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        AIFunctionFactory.Create(method, target, options).InvokeAsync(arguments, cancellationToken);
}
