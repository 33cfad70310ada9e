using System.Collections.Frozen;
using Turnpike.Triggers.BuiltIn;
using Turnpike.Turns;

namespace Turnpike.Triggers;

/// <summary>All triggers there are, built once when the program starts; <c>help</c> is always among them. Names are compared without case.</summary>
public sealed class TriggerCatalog
{
    private readonly FrozenDictionary<string, TriggerDefinition>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _namespaces;

    private readonly TriggerSyntax _syntax;

    /// <summary>Builds the catalog.</summary>
    /// <param name="namespaces">What there is.</param>
    /// <param name="syntax">The marks that examples are shown with; null: the usual ones.</param>
    /// <exception cref="ArgumentException">A name that is no name, or that two have.</exception>
    public TriggerCatalog(IEnumerable<ITriggerNamespace> namespaces, TriggerSyntax? syntax = null)
    {
        _syntax = syntax ?? TriggerSyntax.Default;
        var given = namespaces.ToArray();
        Namespaces = given.Any(one => one.Name.Equals(HelpTriggers.NamespaceName, StringComparison.OrdinalIgnoreCase)) ? given : [.. given, new HelpTriggers(given)];
        var names = new Dictionary<string, TriggerDefinition>(StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var one in Namespaces)
        {
            CatalogChecks.Namespace(one);
            if (!seen.Add(one.Name)) throw new ArgumentException($"Two trigger namespaces are called \"{one.Name}\". Rename one of them.", nameof(namespaces));
        }
        Definitions = [.. Namespaces.SelectMany(one => one.Methods.Select(method => new TriggerDefinition(one.Name, method)))];
        foreach (var definition in Definitions)
        {
            var full = definition.Aliases.Prepend(definition.FullName);
            foreach (var name in definition.Method.IsDefault ? full.Append(definition.Namespace) : full)
            {
                if (!names.TryAdd(name, definition)) throw new ArgumentException($"Two triggers are called \"{name}\": \"{names[name].FullName}\" and \"{definition.FullName}\". Rename one of them.", nameof(namespaces));
            }
        }
        seen.UnionWith(names.Keys.Select(name => name.Split('.')[0]));
        Names = [.. names.Keys.Order(StringComparer.Ordinal)];
        NamespaceNames = [.. seen.Order(StringComparer.Ordinal)];
        _byName = names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _namespaces = seen.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The namespaces, as registered.</summary>
    public IReadOnlyList<ITriggerNamespace> Namespaces { get; }

    /// <summary>All methods with their namespaces, in order of registration.</summary>
    public IReadOnlyList<TriggerDefinition> Definitions { get; }

    /// <summary>What hosts show of it.</summary>
    public IReadOnlyList<TriggerCatalogEntry> Entries =>
        [.. Definitions.Select(one => new TriggerCatalogEntry(one.Namespace, one.Method.Name, one.Aliases, one.Method.Description, one.Method.Arguments, Example(one)))];

    /// <summary>How a trigger is written, with the marks that hold here.</summary>
    internal string Example(TriggerDefinition definition) => _syntax.Written(definition.Method.Example);

    /// <summary>All full names, aliases and namespaces with a default method.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>All words that may stand before the dot, those of aliases too.</summary>
    internal IReadOnlyList<string> NamespaceNames { get; }

    /// <summary>The trigger of a name: <c>tools.activate</c>, an alias, or a namespace with a default method; null when there is none.</summary>
    public TriggerDefinition? Find(ReadOnlySpan<char> name) => _byName.TryGetValue(name, out var definition) ? definition : null;

    /// <summary>Why a name finds nothing, with the nearest known one.</summary>
    internal string Unknown(string name)
    {
        var dot = name.IndexOf('.');
        var space = dot < 0 ? name : name[..dot];
        if (!_namespaces.Contains(space)) return $"there is no trigger namespace \"{space}\".{Hint(name, space)}";
        var methods = Names.Where(known => known.Length > space.Length && known[space.Length] == '.' && known.StartsWith(space, StringComparison.OrdinalIgnoreCase)).Select(known => known[(space.Length + 1)..]).ToArray();
        return dot < 0
            ? $"\"{space}\" needs a method: {string.Join(", ", methods)}."
            : $"\"{space}\" has no method \"{name[(dot + 1)..]}\".{(Nearest.Hint(name[(dot + 1)..], methods) is { Length: > 0 } near ? near : $" It has {string.Join(", ", methods)}.")}";
    }

    private string Hint(string name, string space)
    {
        if (Names.FirstOrDefault(known => known.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)) is { } method) return $" Did you mean \"{method}\"?";
        return Nearest.Hint(space, NamespaceNames) is { Length: > 0 } near ? near : Nearest.Hint(name, Names);
    }
}
