using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.Parsing;

/// <summary>
/// Which values of a text exist, where that must be looked up. A reading notes down what it would like to know and takes it for existing; when it was looked up, the text is read
/// again.
/// </summary>
internal sealed class KnownNames
{
    private const int MostLookups = 4; // what a reading asks depends on what the one before heard, and no text may make us look for ever
    private Dictionary<TriggerArgument, (HashSet<string> Asked, HashSet<string> Known)>? _looked;
    private Dictionary<TriggerArgument, HashSet<string>>? _wanted;
    private int _lookups;

    /// <summary>Whether a value exists, as far as that is known by now.</summary>
    public bool Has(TriggerArgument argument, string value)
    {
        if (_looked?.TryGetValue(argument, out var looked) == true && looked.Asked.Contains(value)) return looked.Known.Contains(value);
        if (_lookups >= MostLookups) return false;
        _wanted ??= new(ReferenceEqualityComparer.Instance);
        (_wanted.TryGetValue(argument, out var wanted) ? wanted : _wanted[argument] = new(StringComparer.Ordinal)).Add(value);
        return true;
    }

    /// <summary>Looks up what the last reading wanted to know; false when it knew everything.</summary>
    /// <param name="draft">The turn that the text is of; null: somebody is still typing.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async ValueTask<bool> LookUpAsync(TurnDraft? draft, CancellationToken cancellationToken)
    {
        if (_wanted is not { } wanted) return false;
        _wanted = null;
        _looked ??= new(ReferenceEqualityComparer.Instance);
        _lookups++;
        foreach (var (argument, values) in wanted)
        {
            var (asked, known) = _looked.TryGetValue(argument, out var looked) ? looked : _looked[argument] = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
            known.UnionWith(await argument.Among!(values, draft, cancellationToken));
            asked.UnionWith(values);
        }
        return true;
    }
}
