namespace Turnpike.Prompts.Variables;

/// <summary>What a prompt asks for: the variables it declares and those its templates use. Made once for a version and kept with its compiled template.</summary>
public sealed class VariableNeeds
{
    private readonly Dictionary<string, VariableSlot> _byName;

    /// <summary>Joins declared and used names.</summary>
    /// <param name="definitions">The declared variables; of two with one name the first counts.</param>
    /// <param name="usedNames">The names that the templates use; <c>input</c>, the typed text, needs no declaration.</param>
    /// <param name="infer">Whether names that are used and not declared are optional variables of any type.</param>
    public VariableNeeds(IReadOnlyList<VariableDefinition> definitions, IReadOnlyCollection<string> usedNames, bool infer = false)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(usedNames);
        _byName = new(definitions.Count, StringComparer.Ordinal);
        Infers = infer;
        foreach (var definition in definitions) if (definition?.Name is not null) _byName.TryAdd(definition.Name, new(definition, true, definition.Locked is { } locked ? VariableLayer.RankOf(locked) : null));
        foreach (var name in usedNames) if (name != "input") _byName.TryAdd(name, new(new() { Name = name, Type = VariableType.Any }, false, null));
        Slots = [.. _byName.Values];
    }

    private VariableNeeds(VariableSlot[] slots, bool infers) => (_byName, Infers, Slots) = (slots.ToDictionary(slot => slot.Definition.Name, StringComparer.Ordinal), infers, slots);

    /// <summary>Nothing declared, nothing used.</summary>
    public static VariableNeeds None { get; } = new([], []);

    /// <summary>What a prompt asks for.</summary>
    /// <param name="prompt">The prompt, for its declared variables.</param>
    /// <param name="usedNames">The names that its templates use.</param>
    public static VariableNeeds Of(Prompt prompt, IReadOnlyCollection<string> usedNames)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return new(prompt.Variables, usedNames, prompt.InferVariables);
    }

    /// <summary>These needs with more declared variables; names that are known already stay as they are.</summary>
    internal VariableNeeds And(IEnumerable<VariableDefinition> more) =>
        new([.. _byName.Values.Where(slot => slot.IsDeclared).Select(slot => slot.Definition), .. more.Where(definition => !Knows(definition.Name))], [.. Names], Infers);

    /// <summary>These needs, in which only some of the names are required.</summary>
    internal VariableNeeds Requiring(Func<string, bool> isNeeded) =>
        new([.. Slots.Select(slot => slot.Definition.Required && !isNeeded(slot.Definition.Name) ? slot with { Definition = slot.Definition with { Required = false } } : slot)], Infers);

    /// <summary>These needs with some of the names as secrets.</summary>
    internal VariableNeeds Hiding(IReadOnlySet<string> secret) => new([.. Slots.Select(slot => secret.Contains(slot.Definition.Name) ? slot with { Definition = slot.Definition with { Secret = true } } : slot)], Infers);

    /// <summary>All names asked for, the declared ones first.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Whether names that are used and not declared are optional variables of any type.</summary>
    public bool Infers { get; }

    internal VariableSlot[] Slots { get; }

    internal bool Knows(string name) => _byName.ContainsKey(name);
}

/// <summary>A variable that is asked for.</summary>
/// <param name="Definition">What it must be; any type when only used.</param>
/// <param name="IsDeclared">Whether the prompt declares it.</param>
/// <param name="LockRank">The rank of the highest layer that may set it; null: every layer.</param>
internal sealed record VariableSlot(VariableDefinition Definition, bool IsDeclared, int? LockRank);
