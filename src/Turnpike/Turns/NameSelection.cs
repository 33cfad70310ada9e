using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>How one layer changes a set of names (tools, rules) that the layers below made. Names may be globs (<c>search.*</c>).</summary>
public sealed record NameSelection
{
    /// <summary>Changes nothing.</summary>
    public static NameSelection None { get; } = new();

    /// <summary>When not null: what the layers below chose is forgotten and these are chosen.</summary>
    public IReadOnlyList<string>? Only { get; init; }
    /// <summary>Added to the set.</summary>
    public IReadOnlyList<string> Add { get; init => field = value ?? []; } = [];
    /// <summary>Taken from the set.</summary>
    public IReadOnlyList<string> Remove { get; init => field = value ?? []; } = [];

    /// <summary>Whether the layer changes nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => Only is null && Add.Count == 0 && Remove.Count == 0;

    /// <summary>Whether it takes nothing away.</summary>
    [JsonIgnore]
    internal bool AddsOnly => Only is null && Remove.Count == 0;

    /// <summary>Every name in it.</summary>
    [JsonIgnore]
    internal IEnumerable<string> Names => [.. Only ?? [], .. Add, .. Remove];

    /// <summary>A layer that adds.</summary>
    public static NameSelection Adding(IReadOnlyList<string> names) => names.Count == 0 ? None : new() { Add = names };

    /// <summary>This layer with names added; a name that was taken away is no longer.</summary>
    public NameSelection Activate(IReadOnlyList<string> names) =>
        this with { Add = [.. Add.Union(names, StringComparer.Ordinal)], Remove = [.. Remove.Except(names, StringComparer.Ordinal)] };

    /// <summary>This layer with names taken away.</summary>
    public NameSelection Deactivate(IReadOnlyList<string> names) =>
        this with
        {
            Only = Only is null ? null : [.. Only.Except(names, StringComparer.Ordinal)],
            Add = [.. Add.Except(names, StringComparer.Ordinal)],
            Remove = [.. Remove.Union(names, StringComparer.Ordinal)],
        };

    /// <summary>A layer that chooses exactly these.</summary>
    public static NameSelection Exactly(IReadOnlyList<string> names) => new() { Only = names };

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', ((string?[])[Only is null ? null : $"only({string.Join(", ", Only)})", .. Add.Select(name => "+" + name), .. Remove.Select(name => "-" + name)]).Where(part => part is not null));
}
