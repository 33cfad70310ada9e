namespace Turnpike.Turns.Stores;

/// <summary>Hands word of changes to all who listen.</summary>
public sealed class StoreChanges : IStoreChanges
{
    private readonly Lock _gate = new();
    private Action<StoreChange>[] _listeners = [];

    /// <inheritdoc/>
    public bool HearsOthers { get; set; }

    /// <inheritdoc/>
    public IDisposable Listen(Action<StoreChange> heard)
    {
        ArgumentNullException.ThrowIfNull(heard);
        lock (_gate) _listeners = [.. _listeners, heard];
        return new Listening(this, heard);
    }

    /// <summary>Tells all who listen.</summary>
    public void Tell(StoreChange change)
    {
        foreach (var heard in _listeners) heard(change);
    }

    private void Remove(Action<StoreChange> heard)
    {
        lock (_gate) _listeners = [.. _listeners.Where(listener => listener != heard)];
    }

    private sealed class Listening(StoreChanges changes, Action<StoreChange> heard) : IDisposable
    {
        public void Dispose() => changes.Remove(heard);
    }
}
