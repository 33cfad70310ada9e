using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>The variables of a turn with the values that won, and how that came about.</summary>
public sealed class ResolvedVariables
{
    /// <summary>What stands instead of a secret.</summary>
    public const string Mask = "•••";

    internal static readonly JsonElement Masked = JsonElements.Of(Mask);
    private readonly ResolvedVariable[] _all;
    private readonly VariableLayer[] _layers;
    private readonly VariableContext? _context;
    private readonly VariableResolver? _resolver;

    internal ResolvedVariables(ResolvedVariable[] all, VariableLayer[] layers, VariableContext? context, VariableResolver? resolver, IReadOnlyList<TurnWarning> warnings, VariableFaults? faults)
    {
        (_all, _layers, _context, _resolver, Warnings, Faults) = (all, layers, context, resolver, warnings, faults);
        var values = new Dictionary<string, JsonElement>(all.Length, StringComparer.Ordinal);
        foreach (var variable in all) if (variable.HasValue) values[variable.Slot.Definition.Name] = variable.Value;
        Values = values;
    }

    /// <summary>No variables.</summary>
    public static ResolvedVariables None { get; } = new([], [], null, null, [], null);

    /// <summary>The final values, coerced; a variable without a value is not in it. Holds secrets in the clear.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values { get; }

    /// <summary>What a person should know: <c>variable_inferred, variable_undefined, variable_provider_failed, timezone_unknown</c>.</summary>
    public IReadOnlyList<TurnWarning> Warnings { get; }

    /// <summary>What is wrong; null when nothing is.</summary>
    public VariableFaults? Faults { get; }

    /// <summary>The final values as they may be shown: secrets are <c>•••</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> ToShow()
    {
        var shown = new Dictionary<string, JsonElement>(_all.Length, StringComparer.Ordinal);
        foreach (var variable in _all) if (variable.HasValue) shown[variable.Slot.Definition.Name] = Show(variable, variable.Value);
        return shown;
    }

    /// <summary>Whether a variable is declared as a secret.</summary>
    public bool IsSecret(string name) => Array.Exists(_all, variable => variable.Slot.Definition.Secret && variable.Slot.Definition.Name == name);

    /// <summary>The names of the secrets among them.</summary>
    internal IEnumerable<string> Secrets => _all.Where(variable => variable.Slot.Definition.Secret).Select(variable => variable.Slot.Definition.Name);

    /// <summary>The values that won as they may be shown, each with its layer, in the prompt's order.</summary>
    internal IEnumerable<(string Name, JsonElement Value, string Layer)> Winners() =>
        _all.Where(variable => variable.HasValue).Select(variable => (variable.Slot.Definition.Name, Show(variable, variable.Value), variable.Layer!.Name));

    /// <summary>For every variable, in the prompt's order: its value, the layer that won, why, and what each layer says.</summary>
    public IReadOnlyDictionary<string, VariableExplanation> Explain()
    {
        var explained = new OrderedDictionary<string, VariableExplanation>(_all.Length, StringComparer.Ordinal);
        foreach (var variable in _all) explained[variable.Slot.Definition.Name] = Explain(variable, LayersOf(variable));
        return explained;
    }

    /// <summary>The same for those that more than one layer set; null when there are none.</summary>
    internal IReadOnlyDictionary<string, VariableExplanation>? Contested()
    {
        OrderedDictionary<string, VariableExplanation>? explained = null;
        foreach (var variable in _all)
        {
            if (LayersOf(variable) is { Count: > 1 } said) (explained ??= new(StringComparer.Ordinal))[variable.Slot.Definition.Name] = Explain(variable, said);
        }
        return explained;
    }

    private static VariableExplanation Explain(ResolvedVariable variable, List<VariableLayerValue> said) => new()
    {
        Value = variable.HasValue ? Show(variable, variable.Value) : null,
        Layer = variable.HasValue ? variable.Layer!.Name : null,
        Why = Why(variable),
        Layers = said,
        Fault = variable.Fault,
    };

    private static JsonElement Show(ResolvedVariable variable, JsonElement value) => variable.Slot.Definition.Secret ? Masked : value;

    private static string Why(ResolvedVariable variable)
    {
        var (definition, isDeclared, _) = variable.Slot;
        var why = variable.Layer?.Why ?? (definition.Required ? "required, and no layer has a value" : "no layer has a value: it is empty text");
        if (!isDeclared) why += "; the prompt does not declare it";
        return definition.Locked is { } locked and not VariableLayer.Turn ? $"{why}; no layer above \"{locked}\" may set it" : why;
    }

    private List<VariableLayerValue> LayersOf(ResolvedVariable variable)
    {
        var definition = variable.Slot.Definition;
        var said = new List<VariableLayerValue>();
        void Say(string layer, JsonElement value) => said.Add(new(layer, Show(variable, value)));
        foreach (var layer in _layers) if (layer.Values.TryGetValue(definition.Name, out var value) && IsSet(value)) Say(layer.Name, value);
        if (variable.Layer == VariableLayer.Computed) Say(VariableLayer.Computed.Name, variable.Given);
        else if (_context is not null && _resolver?.HasProvider(definition.Name) == false && ComputedVariables.Find(definition.Name, _context) is { } known) Say(VariableLayer.Computed.Name, known);
        if (definition.Default is { } fallback && IsSet(fallback)) Say(VariableLayer.Default.Name, fallback);
        return said;
    }

    internal static bool IsSet(JsonElement value) => value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
}

/// <summary>One variable after it was resolved.</summary>
/// <param name="Slot">What was asked for.</param>
/// <param name="Layer">The highest layer that has a value; null when none has.</param>
/// <param name="Given">What that layer says.</param>
/// <param name="Value">The same, coerced.</param>
/// <param name="Fault">What is wrong with it, if anything.</param>
internal readonly record struct ResolvedVariable(VariableSlot Slot, VariableLayer? Layer, JsonElement Given, JsonElement Value, string? Fault)
{
    public bool HasValue => Layer is not null && Fault is null;
}
