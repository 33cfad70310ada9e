using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible;

/// <summary>Numbers the parts of a turn's output, on all faces alike: blocks of text and reasoning, tool calls, and requests for approval.</summary>
internal sealed class PartNumbers
{
    private int _next;
    private int _block = -1;

    /// <summary>The number of the part that a delta belongs to, and whether the delta opens it.</summary>
    public (int Number, bool Opens) Of(TurnEvent delta)
    {
        var block = delta switch { TextDelta text => text.Block, ReasoningDelta thought => thought.Block, _ => -1 };
        if (block == _block) return (_next - 1, false);
        _block = block;
        return (_next++, true);
    }

    /// <summary>The number of a part that is no block; the open block ends.</summary>
    public int Next()
    {
        _block = -1;
        return _next++;
    }

    /// <summary>Ends the open block.</summary>
    public void End() => _block = -1;
}
