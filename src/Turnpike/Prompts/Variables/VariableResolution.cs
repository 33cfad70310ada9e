using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;

namespace Turnpike.Prompts.Variables;

/// <summary>One resolving of a turn's variables.</summary>
internal sealed class VariableResolution
{
    private readonly VariableNeeds _needs;
    private readonly VariableContext _context;
    private readonly VariableResolver _resolver;
    private readonly VariableLayer[] _layers;
    private readonly string _lost = "";
    private List<TurnWarning>? _warnings;
    private List<string>? _inferred;
    private VariableFaults? _faults;
    private bool _askedForTime;

    public VariableResolution(VariableNeeds needs, IEnumerable<SettingsLayer> layers, VariableContext context, VariableResolver resolver)
    {
        (_needs, _resolver) = (needs, resolver);
        var speaking = new List<VariableLayer>(4);
        foreach (var layer in layers)
        {
            if (layer.Variables.Count > 0) speaking.Add(VariableLayer.Of(layer));
            else if (layer.Variables is UnreadableValues) _lost += $" What {layer.Name} has cannot be opened: the key that sealed it is not here.";
        }
        _layers = [.. speaking];
        _context = context.TimeZone is null ? context with { TimeZone = SetZone() ?? context.UsualTimeZone } : context;
    }

    /// <summary>The time zone that the highest layer says; null: none does.</summary>
    private string? SetZone() => _layers.Select(layer => layer.Values.GetValueOrDefault("timezone")).FirstOrDefault(ResolvedVariables.IsSet) is { ValueKind: JsonValueKind.String } zone ? zone.GetString() : null;

    private VariableFaults Faults => _faults ??= new();

    public async ValueTask<ResolvedVariables> RunAsync(CancellationToken cancellationToken)
    {
        var slots = _needs.Slots;
        var resolved = new ResolvedVariable[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            if (FromLayers(slot, out resolved[i])) continue;
            var computed = slot.LockRank < VariableLayer.Computed.Rank ? null : await ComputeAsync(slot.Definition.Name, cancellationToken);
            resolved[i] = computed is { } value ? Fit(slot, value, VariableLayer.Computed) : FromDefault(slot);
        }
        LookForUnknown();
        Warn();
        return new(resolved, _layers, _context, _resolver, _warnings ?? (IReadOnlyList<TurnWarning>)[], _faults);
    }

    private bool FromLayers(VariableSlot slot, out ResolvedVariable resolved)
    {
        foreach (var layer in _layers)
        {
            if (!layer.Values.TryGetValue(slot.Definition.Name, out var value) || !ResolvedVariables.IsSet(value)) continue;
            resolved = layer.Rank > slot.LockRank ? Locked(slot, layer, value) : Fit(slot, value, layer);
            return true;
        }
        resolved = default;
        return false;
    }

    private ResolvedVariable FromDefault(VariableSlot slot)
    {
        var definition = slot.Definition;
        if (definition.Default is { } value && ResolvedVariables.IsSet(value)) return Fit(slot, value, VariableLayer.Default);
        if (!slot.IsDeclared && _needs.Infers) (_inferred ??= []).Add(definition.Name);
        string? fault = null;
        if (definition.Required)
        {
            fault = $"\"{definition.Name}\" is required and has no value; it must be {Expected.Of(definition)}.{_lost}";
            Faults.AddMissing(definition.Name, fault);
        }
        else if (!slot.IsDeclared && !_needs.Infers && !_resolver.ComputedNames.Contains(definition.Name))
        {
            fault = $"\"{definition.Name}\" is used by the template, but neither the prompt declares it nor a layer has it.{_lost}{Nearest.Hint(definition.Name, Known())}";
            Faults.AddUndefined(definition.Name, fault);
        }
        return new(slot, null, default, default, fault);
    }

    private ResolvedVariable Fit(VariableSlot slot, JsonElement value, VariableLayer layer)
    {
        if (!slot.IsDeclared && _needs.Infers && layer != VariableLayer.Computed) (_inferred ??= []).Add(slot.Definition.Name);
        var coerced = VariableCheck.Coerce(slot.Definition, value);
        return coerced.Fault is null ? new(slot, layer, value, coerced.Value, null) : Invalid(slot, layer, value, layer.IsRequest ? coerced.Fault : $"{coerced.Fault}. It is {layer.Why}");
    }

    private ResolvedVariable Locked(VariableSlot slot, VariableLayer layer, JsonElement value) =>
        Invalid(slot, layer, value, $"is {layer.Why}, but it is locked to \"{slot.Definition.Locked}\": no layer above that may set it");

    private ResolvedVariable Invalid(VariableSlot slot, VariableLayer layer, JsonElement value, string fault)
    {
        var message = $"\"{slot.Definition.Name}\" {fault}.";
        Faults.AddInvalid(slot.Definition.Name, message);
        return new(slot, layer, value, default, message);
    }

    private async ValueTask<JsonElement?> ComputeAsync(string name, CancellationToken cancellationToken)
    {
        if (_resolver.ProviderOf(name) is not { } provider)
        {
            _askedForTime |= ComputedVariables.NeedsZone(name);
            return ComputedVariables.Find(name, _context);
        }
        try
        {
            return await provider.GetAsync(name, _context, cancellationToken) is { } value && ResolvedVariables.IsSet(value) ? value : null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            (_warnings ??= []).Add(new("variable_provider_failed", $"\"{name}\" could not be computed: \"{provider.GetType().Name}\" threw {exception.GetType().Name}. It counts as not set."));
            return null;
        }
    }

    private void LookForUnknown()
    {
        foreach (var layer in _layers)
        {
            if (!layer.IsRequest && !layer.IsTrigger) continue;
            foreach (var (name, value) in layer.Values)
            {
                if (_needs.Knows(name) || !ResolvedVariables.IsSet(value)) continue;
                var message = $"\"{name}\" is {layer.Why}, but the prompt neither declares nor uses it.{Nearest.Hint(name, _needs.Names)}";
                if (layer.IsRequest) Faults.AddUndefined(name, message);
                else (_warnings ??= []).Add(new("variable_undefined", message)); // typed text never stops a turn
            }
        }
    }

    private void Warn()
    {
        if (_inferred is not null) (_warnings ??= []).Add(new("variable_inferred", $"Not declared, taken as optional and of any type: {string.Join(", ", _inferred.Select(name => $"\"{name}\""))}. Declare them to have them checked."));
        if (_askedForTime && !TimeZones.IsKnown(_context.TimeZone)) (_warnings ??= []).Add(new("timezone_unknown", $"The time zone \"{Short(_context.TimeZone!)}\" is not known on this machine; dates and times are in UTC. Give an IANA id such as \"Europe/Berlin\"."));
    }

    private static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";

    /// <summary>The names that stand for something: declared, set by a layer, or computed.</summary>
    private IEnumerable<string> Known() =>
        _needs.Slots.Where(slot => slot.IsDeclared).Select(slot => slot.Definition.Name).Concat(_layers.SelectMany(layer => layer.Values.Where(pair => ResolvedVariables.IsSet(pair.Value)).Select(pair => pair.Key))).Concat(_resolver.ComputedNames).Distinct(StringComparer.Ordinal);
}
