using Turnpike.Prompts.Variables;
using Turnpike.Turns.Drafts;

namespace Turnpike.Turns.Tracing;

/// <summary>Where the values of a station came from: of parameters, and of the variables that more than one layer set. Of a turn that runs they are looked up when they are asked for.</summary>
internal sealed class TracedValues
{
    private readonly ResolvedVariables _resolved = ResolvedVariables.None;
    private readonly IReadOnlyList<SettingsLayer> _layers = [];
    private readonly TraceStation? _kept;

    /// <summary>Of a turn that runs.</summary>
    public TracedValues(ResolvedVariables resolved, IReadOnlyList<SettingsLayer> layers) => (_resolved, _layers) = (resolved, layers);

    /// <summary>As they were kept.</summary>
    public TracedValues(TraceStation kept) => _kept = kept;

    public IReadOnlyDictionary<string, ParameterExplanation>? Parameters() => _kept is not null ? _kept.Parameters : ParameterExplanation.Of(_layers) is { Count: > 0 } said ? said : null;

    /// <summary>The variables, without what is secret.</summary>
    public IReadOnlyDictionary<string, VariableExplanation>? Variables(IReadOnlyList<string> secrets)
    {
        var all = _kept is not null ? _kept.Variables : _resolved.Contested();
        if (secrets.Count == 0 || all is null) return all;
        var shown = new OrderedDictionary<string, VariableExplanation>(all.Count, StringComparer.Ordinal);
        foreach (var (name, one) in all)
            shown[name] = one with { Value = one.Value is { } value ? SecretText.Hide(value, secrets) : null, Layers = [.. one.Layers.Select(said => said with { Value = SecretText.Hide(said.Value, secrets) })] };
        return shown;
    }
}
