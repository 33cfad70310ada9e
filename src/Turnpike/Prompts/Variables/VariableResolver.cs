using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Prompts.Variables;

/// <summary>
/// Finds the value of each variable: the highest layer that has one wins; null means "not said here", an empty text is a value. All faults of a kind are told at once.
/// </summary>
public sealed class VariableResolver(IEnumerable<IVariableProvider> providers)
{
    private static readonly string[] LockOrder = ["default", "computed", "global", "user", "organization", "project", "conversation", "turn"];
    private readonly Dictionary<string, IVariableProvider> _computed = providers.SelectMany(provider => provider.Names.Select(name => (name, provider))).GroupBy(pair => pair.name).ToDictionary(group => group.Key, group => group.Last().provider, StringComparer.Ordinal);

    /// <summary>The names that can be computed.</summary>
    public IReadOnlyCollection<string> ComputedNames => _computed.Keys;

    /// <summary>Resolves the variables of a prompt.</summary>
    /// <exception cref="TurnException"><c>variable_undefined, variable_missing, variable_invalid</c>, each with all variables at fault.</exception>
    public async ValueTask<ResolvedVariables> ResolveAsync(VariableQuestion question, CancellationToken cancellationToken)
    {
        var definitions = new List<VariableDefinition>(question.Definitions);
        var inferred = Undeclared(question, definitions);
        var resolved = new List<ResolvedVariable>(definitions.Count);
        List<VariableFault>? missing = null, invalid = null;
        foreach (var definition in definitions)
        {
            var layers = await LayersAsync(question, definition.Name, cancellationToken);
            if (definition.Default is { ValueKind: not JsonValueKind.Null } standard) layers.Add(new("default", standard));
            if (Locked(definition, layers) is { } broken)
            {
                (invalid ??= []).Add(broken);
                continue;
            }
            if (layers.Count == 0)
            {
                if (definition.Required) (missing ??= []).Add(new(definition.Name, definition.Description ?? "required"));
                resolved.Add(new(definition, null, null, []));
                continue;
            }
            var coerced = VariableCheck.Coerce(definition, layers[0].Value);
            if (coerced.Fault is { } fault) (invalid ??= []).Add(new(definition.Name, fault));
            else resolved.Add(new(definition, coerced.Value, layers[0].Layer, layers));
        }
        if (missing is not null)
            throw new TurnException(TurnErrorCode.VariableMissing, $"{Names(missing)} {(missing.Count == 1 ? "needs a value" : "need values")}.") { Variables = missing, Field = "variables" };
        if (invalid is not null)
            throw new TurnException(TurnErrorCode.VariableInvalid, string.Join(" ", invalid.Select(fault => $"Variable \"{fault.Name}\" {fault.Message}."))) { Variables = invalid, Field = "variables" };
        return new(resolved, inferred);
    }

    /// <summary>Adds what is used or given without being declared; what nobody knows is refused.</summary>
    private List<string> Undeclared(VariableQuestion question, List<VariableDefinition> definitions)
    {
        var declared = definitions.Select(definition => definition.Name).ToHashSet(StringComparer.Ordinal);
        var inferred = new List<string>();
        List<VariableFault>? undefined = null;
        foreach (var name in question.Used)
        {
            if (!declared.Add(name)) continue;
            var known = _computed.ContainsKey(name) || question.Layers.Any(layer => layer.Variables.ContainsKey(name));
            if (!known && !question.Infer)
            {
                (undefined ??= []).Add(new(name, "is used in the prompt, but neither declared nor given." + Nearest.Hint(name, declared.Where(other => other != name).Concat(_computed.Keys))));
                continue;
            }
            if (!known) inferred.Add(name);
            definitions.Add(new() { Name = name, Type = VariableType.Any });
        }
        foreach (var layer in question.Layers)
        {
            if (layer.Name is not ("trigger" or "request")) continue;
            foreach (var name in layer.Variables.Keys)
            {
                if (declared.Contains(name) || name == "input") continue;
                (undefined ??= []).Add(new(name, $"was given, but the prompt {(question.Definitions.Count + question.Used.Count == 0 ? "has no variables." : "neither declares nor uses it." + Nearest.Hint(name, declared))}"));
            }
        }
        if (undefined is not null)
            throw new TurnException(TurnErrorCode.VariableUndefined, string.Join(" ", undefined.Select(fault => $"Variable \"{fault.Name}\" {fault.Message}"))) { Variables = undefined, Field = "variables" };
        return inferred;
    }

    private async ValueTask<List<LayerValue>> LayersAsync(VariableQuestion question, string name, CancellationToken cancellationToken)
    {
        var layers = new List<LayerValue>(2);
        foreach (var layer in question.Layers)
        {
            if (layer.Variables.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)) layers.Add(new(Shown(layer), value));
        }
        if (_computed.TryGetValue(name, out var provider) && await ComputeAsync(provider, name, question.Context, cancellationToken) is { ValueKind: not JsonValueKind.Null } computed) layers.Add(new("computed", computed));
        return layers;
    }

    private static async ValueTask<JsonElement?> ComputeAsync(IVariableProvider provider, string name, VariableContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await provider.GetAsync(name, context, cancellationToken);
        }
        catch (Exception error) when (error is not (TurnException or OperationCanceledException))
        {
            throw new TurnException(TurnErrorCode.VariableInvalid, $"Variable \"{name}\" could not be computed: {provider.GetType().Name} failed.", error) { Variables = [new(name, "could not be computed")], Field = "variables" };
        }
    }

    private static VariableFault? Locked(VariableDefinition definition, List<LayerValue> layers)
    {
        if (definition.Locked is not { } highest || layers.Count == 0) return null;
        var rank = Array.IndexOf(LockOrder, highest);
        return rank >= 0 && Rank(layers[0].Layer) > rank ? new(definition.Name, $"is locked: it may be set by {highest} or below, and {layers[0].Layer} set it") : null;
    }

    private static int Rank(string layer) => Array.IndexOf(LockOrder, layer is "trigger" or "request" ? "turn" : layer.Split(':')[0]);

    private static string Shown(SettingsLayer layer) => layer.Name is "trigger" or "request" ? "turn" : layer.Name;

    private static string Names(List<VariableFault> faults) => (faults.Count == 1 ? "Variable " : "Variables ") + string.Join(", ", faults.Select(fault => $"\"{fault.Name}\""));
}
