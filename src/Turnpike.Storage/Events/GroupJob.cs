namespace Turnpike.Storage.Events;

/// <summary>Something that somebody waits for to be written.</summary>
internal abstract class GroupJob
{
    /// <summary>It is not written.</summary>
    public abstract void Fail(Exception error);
}
