using System.Text.Json;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Drafts;

namespace Turnpike.Tests.Prompts.Variables;

/// <summary>Short ways to resolve.</summary>
internal static class Resolving
{
    public static VariableContext Context { get; } = new() { OpenedAt = new(2026, 11, 21, 23, 30, 5, TimeSpan.Zero) };

    public static SettingsLayer Layer(string name, string variables) =>
        new() { Name = name, Variables = Json.Of(variables).EnumerateObject().ToDictionary(member => member.Name, member => member.Value) };

    public static ResolvedVariables Resolve(VariableNeeds needs, params SettingsLayer[] layers) => With([], Context, needs, layers);

    public static ResolvedVariables Inspect(VariableNeeds needs, params SettingsLayer[] layers) => Done(new VariableResolver([]).InspectAsync(needs, layers, Context, TestContext.Current.CancellationToken));

    public static ResolvedVariables With(IVariableProvider[] providers, VariableContext context, VariableNeeds needs, params SettingsLayer[] layers) =>
        Done(new VariableResolver(providers).ResolveAsync(needs, layers, context, TestContext.Current.CancellationToken));

    public static string? Text(this ResolvedVariables resolved, string name) => resolved.Values.TryGetValue(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    private static ResolvedVariables Done(ValueTask<ResolvedVariables> task)
    {
        Assert.True(task.IsCompleted);
        return task.Result;
    }
}
