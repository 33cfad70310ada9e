using System.Text;
using Turnpike.Turns.Events;

namespace Turnpike.Models;

/// <summary>
/// Joins deltas of one kind that have arrived together into one event, before it gets its number. Only what is there already is joined: nothing waits.
/// </summary>
internal sealed class DeltaMerger(int step, int firstBlock)
{
    private const int Longest = 4096;
    private readonly StringBuilder _more = new();
    private string? _first;
    private bool _reasoning;
    private int _block = firstBlock - 1;
    private bool _open;

    /// <summary>The number of the next block.</summary>
    public int NextBlock => _block + 1;

    /// <summary>Whether something waits to be taken.</summary>
    public bool HasText => _first is not null;

    /// <summary>Whether text of this kind can join what waits.</summary>
    public bool Takes(bool reasoning) => _first is null || (_reasoning == reasoning && _more.Length < Longest);

    public void Add(string text, bool reasoning)
    {
        if (!_open || _reasoning != reasoning) (_block, _open, _reasoning) = (_block + 1, true, reasoning);
        if (_first is null) _first = text;
        else (_more.Length == 0 ? _more.Append(_first) : _more).Append(text);
    }

    public TurnEvent Take()
    {
        var text = _more.Length == 0 ? _first! : _more.ToString();
        _first = null;
        _more.Clear();
        return _reasoning ? new ReasoningDelta { Text = text, Step = step, Block = _block } : new TextDelta { Text = text, Step = step, Block = _block };
    }
}
