using System.Collections.Frozen;
using Turnpike.Turns.Drafts;

namespace Turnpike.Prompts.Variables;

/// <summary>Finds the value of every variable: the first layer that has it wins, then what is computed, then the prompt's default. Made once, used by all turns at once.</summary>
public sealed class VariableResolver
{
    private readonly FrozenDictionary<string, IVariableProvider> _providers;

    /// <summary>Takes what computes variables beside the built-in ones.</summary>
    /// <param name="providers">Each name may be computed by one of them only; a built-in name is replaced.</param>
    /// <exception cref="ArgumentException">Two of them compute the same name.</exception>
    public VariableResolver(IEnumerable<IVariableProvider> providers)
    {
        var byName = new Dictionary<string, IVariableProvider>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            foreach (var name in provider.Names)
            {
                if (!byName.TryAdd(name, provider)) throw new ArgumentException($"\"{name}\" is computed by \"{byName[name].GetType().Name}\" and by \"{provider.GetType().Name}\". Register one of them only.", nameof(providers));
            }
        }
        _providers = byName.ToFrozenDictionary(StringComparer.Ordinal);
        ComputedNames = [.. ComputedVariables.Names.Union(_providers.Keys, StringComparer.Ordinal)];
    }

    /// <summary>The names of all computed variables.</summary>
    public IReadOnlyList<string> ComputedNames { get; }

    /// <summary>Resolves the variables of a turn.</summary>
    /// <param name="needs">What the prompt asks for.</param>
    /// <param name="layers">The layers of the draft, highest first.</param>
    /// <param name="context">What computed variables are computed from.</param>
    /// <param name="cancellationToken">Stops providers.</param>
    /// <exception cref="Turnpike.Turns.TurnException"><c>variable_missing, variable_invalid</c> or <c>variable_undefined</c>, with all variables at fault.</exception>
    public ValueTask<ResolvedVariables> ResolveAsync(VariableNeeds needs, IEnumerable<SettingsLayer> layers, VariableContext context, CancellationToken cancellationToken)
    {
        return Sound(InspectAsync(needs, layers, context, cancellationToken));

        static async ValueTask<ResolvedVariables> Sound(ValueTask<ResolvedVariables> inspected)
        {
            var resolved = await inspected;
            return resolved.Faults is { } faults ? throw faults.ToException() : resolved;
        }
    }

    /// <summary>Resolves like <see cref="ResolveAsync"/>, but returns what is wrong in <see cref="ResolvedVariables.Faults"/> instead of throwing: for forms and explanations.</summary>
    /// <param name="needs">What the prompt asks for.</param>
    /// <param name="layers">The layers of the draft, highest first.</param>
    /// <param name="context">What computed variables are computed from.</param>
    /// <param name="cancellationToken">Stops providers.</param>
    public ValueTask<ResolvedVariables> InspectAsync(VariableNeeds needs, IEnumerable<SettingsLayer> layers, VariableContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(needs);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(context);
        return new VariableResolution(needs, layers, context, this).RunAsync(cancellationToken);
    }

    internal bool HasProvider(string name) => _providers.ContainsKey(name);

    internal IVariableProvider? ProviderOf(string name) => _providers.GetValueOrDefault(name);
}
