namespace Turnpike.Storage.Events;

/// <summary>Commits what many writers want in one transaction. Used by one thread at a time.</summary>
internal interface IGroupCommit : IDisposable
{
    /// <summary>Writes events and does jobs, in order, and commits them together; then tells the jobs. Does not throw.</summary>
    /// <param name="items">The events and jobs; none when only text that it holds is to be written.</param>
    /// <param name="isAll">Whether text that could wait a little longer is written too.</param>
    void Commit(List<object> items, bool isAll);

    /// <summary>Whether a commit takes so short that whoever wants one may do it: waking another thread would take as long.</summary>
    bool IsQuick => false;

    /// <summary>Whether it holds text that could wait and is not committed.</summary>
    bool HoldsText => false;

    /// <summary>Does a part of what can wait for a quiet moment; whether there is more of it. Does not throw.</summary>
    bool Rest() => false;
}
