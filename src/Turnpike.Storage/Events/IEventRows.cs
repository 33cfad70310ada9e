namespace Turnpike.Storage.Events;

/// <summary>Where rows of the log are written. Each names the number that it follows on; where the log ends elsewhere, or the turn does not run, it is refused.</summary>
internal interface IEventRows
{
    /// <summary>Puts gathered text at the end of the log, in place of what was gathered before.</summary>
    bool Gather(string turn, long expected, in EventRow row);

    /// <summary>Puts a row at the end of the log for good; what was gathered before is taken as part of it, or as moved.</summary>
    bool Write(string turn, long expected, in EventRow row);

    /// <summary>Makes a row of its own of what was gathered, if anything was.</summary>
    void Move(string turn, long expected);
}
