namespace Turnpike.Storage.Events;

/// <summary>Commits what many writers want in one transaction. Used by one thread.</summary>
internal interface IGroupCommit : IDisposable
{
    /// <summary>Writes events and does jobs, in order, and commits them together; then tells the jobs. Does not throw.</summary>
    void Commit(List<object> items);
}
