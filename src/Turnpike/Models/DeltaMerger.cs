using System.Text;
using Turnpike.Turns.Events;

namespace Turnpike.Models;

/// <summary>What a model's words are.</summary>
internal enum DeltaKind
{
    Text,
    Reasoning,
    Refusal,
}

/// <summary>
/// Joins deltas of one kind that have arrived together into one event, before it gets its number. Only what is there already is joined: nothing waits.
/// </summary>
internal sealed class DeltaMerger(int step, int firstBlock)
{
    private const int Longest = 4096;
    private readonly StringBuilder _more = new();
    private string? _first;
    private DeltaKind _kind;
    private int _block = firstBlock - 1;
    private bool _open;
    private string? _phase;
    private bool _isPhaseTold;

    /// <summary>The number of the next block.</summary>
    public int NextBlock => _block + 1;

    /// <summary>Whether something waits to be taken.</summary>
    public bool HasText => _first is not null;

    /// <summary>Whether text of this kind and phase can join what waits.</summary>
    public bool Takes(DeltaKind kind, string? phase = null) => _first is null || (_kind == kind && !IsOther(phase) && _more.Length < Longest);

    public void Add(string text, DeltaKind kind, string? phase = null)
    {
        if (!_open || _kind != kind || IsOther(phase)) (_block, _open, _kind, _phase, _isPhaseTold) = (_block + 1, true, kind, phase, false);
        if (_first is null) _first = text;
        else (_more.Length == 0 ? _more.Append(_first) : _more).Append(text);
    }

    public TurnEvent Take()
    {
        var text = _more.Length == 0 ? _first! : _more.ToString();
        _first = null;
        _more.Clear();
        if (_kind == DeltaKind.Reasoning) return new ReasoningDelta { Text = text, Step = step, Block = _block };
        var said = new TextDelta { Text = text, Step = step, Block = _block, Refusal = _kind == DeltaKind.Refusal, Phase = _isPhaseTold ? null : _phase };
        _isPhaseTold = true;
        return said;
    }

    /// <summary>The sources of the block that is open.</summary>
    public TextDelta Cite(IReadOnlyList<TextCitation> citations)
    {
        if (!_open || _kind != DeltaKind.Text) (_block, _open, _kind, _phase) = (_block + 1, true, DeltaKind.Text, null);
        return new() { Text = "", Step = step, Block = _block, Citations = citations };
    }

    // A text without a phase belongs to the block that is open.
    private bool IsOther(string? phase) => phase is not null && phase != _phase;

    /// <summary>Ends the open block of reasoning, or makes one, with the data that its provider wants back.</summary>
    public ReasoningDelta Seal(string text, string sealedData)
    {
        if (!_open || _kind != DeltaKind.Reasoning) _block++;
        (_open, _kind) = (false, DeltaKind.Reasoning);
        return new() { Text = text, Step = step, Block = _block, Protected = sealedData };
    }
}
