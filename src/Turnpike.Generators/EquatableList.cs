using System.Collections;

namespace Turnpike.Generators;

/// <summary>A list that is equal to another one with equal items.</summary>
internal sealed class EquatableList<T>(IReadOnlyList<T> items) : IEquatable<EquatableList<T>>, IEnumerable<T>
{
    private readonly IReadOnlyList<T> _items = items;

    public int Count => _items.Count;

    public bool Equals(EquatableList<T>? other) => other is not null && _items.SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode() => _items.Aggregate(17, (hash, item) => unchecked((hash * 31) + (item?.GetHashCode() ?? 0)));

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
