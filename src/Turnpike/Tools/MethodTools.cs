using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools;

/// <summary>Tools made of C# methods, described by their attributes and doc comments.</summary>
internal static class MethodTools
{
    /// <summary>A tool of one method or lambda.</summary>
    public static AIFunction Of(Delegate method, string? name, string? description) =>
        AIFunctionFactory.Create(method, Options(method.Method, name, description));

    /// <summary>The tools of a class: its public methods that carry <see cref="ToolAttribute"/>. Its object comes from the services of each call, or is made with them and disposed after it.</summary>
    /// <exception cref="ArgumentException">No method carries the attribute.</exception>
    public static IReadOnlyList<AIFunction> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class
    {
        var tools = new List<AIFunction>();
        foreach (var method in typeof(T).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
        {
            if (method.GetCustomAttribute<ToolAttribute>() is not { } said) continue;
            var options = Options(method, said.Name, said.Description);
            if (said.Idempotent) options.AdditionalProperties = new Dictionary<string, object?> { [KnownTool.IdempotentKey] = true };
            tools.Add(method.IsStatic ? AIFunctionFactory.Create(method, target: null, options) : new ClassFunction<T>(method, options));
        }
        return tools.Count > 0 ? tools : throw new ArgumentException($"\"{typeof(T).Name}\" has no public method with the attribute [Tool]. Put it on those that models may call.");
    }

    private static AIFunctionFactoryOptions Options(MethodInfo method, string? name, string? description) => new()
    {
        Name = name,
        Description = description ?? method.GetCustomAttribute<DescriptionAttribute>()?.Description ?? DocComments.Summary(method),
        JsonSchemaCreateOptions = new() { ParameterDescriptionProvider = parameter => parameter.GetCustomAttribute<DescriptionAttribute>()?.Description ?? DocComments.Of(parameter) },
    };
}
