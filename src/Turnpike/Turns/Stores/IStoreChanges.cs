namespace Turnpike.Turns.Stores;

/// <summary>Tells what changes in the stores, by this program and, where the database can tell, by others: for caches and for those who wait.</summary>
public interface IStoreChanges
{
    /// <summary>Whether changes that other programs make are told within moments. Otherwise whoever waits for one must look from time to time.</summary>
    bool HearsOthers { get; }

    /// <summary>Hears of changes from now on. The listener must return at once and must not throw; it may hear of a change that it made itself.</summary>
    /// <returns>Dispose it to stop listening.</returns>
    IDisposable Listen(Action<StoreChange> heard);
}
