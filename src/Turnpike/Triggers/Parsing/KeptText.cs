using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>The stretches of a text that stay, while others are dropped from front to back.</summary>
internal ref struct KeptText(string text)
{
    private readonly List<TextSpan> _kept = new(4);
    private int _next;
    private bool _hasWords;
    private bool _trimmed;

    /// <summary>Drops a stretch and nothing around it.</summary>
    public void Drop(TextSpan span)
    {
        Keep(span.Start);
        _next = Math.Max(_next, span.End);
        _trimmed = false;
    }

    /// <summary>Drops a trigger and the white space that belonged to it.</summary>
    public void DropTrigger(TextSpan span)
    {
        Drop(span);
        _trimmed = true;
        if (!_hasWords)
        {
            _kept.Clear();
            while (_next < text.Length && char.IsWhiteSpace(text[_next])) _next++;
            return;
        }
        var blanksEnd = Lines.SkipBlanks(text, _next);
        var lineEnds = blanksEnd == text.Length || Lines.IsBreak(text[blanksEnd]);
        var before = Last();
        if (lineEnds && LineIsEmpty())
        {
            while (Lines.IsBlank(Last())) Unkeep();
            _next = Lines.Behind(text, blanksEnd);
        }
        else if (blanksEnd > _next)
        {
            if (Lines.IsBlank(before) || Lines.IsBreak(before)) _next++;
        }
        else if (lineEnds && Lines.IsBlank(before)) Unkeep();
    }

    /// <summary>The result.</summary>
    public CleanedText Finish()
    {
        if (_trimmed && text.AsSpan(_next).IsWhiteSpace())
        {
            while (_kept.Count > 0 && char.IsWhiteSpace(Last())) Unkeep();
        }
        else Keep(text.Length);
        return new(Text(), Removals());
    }

    private void Keep(int end)
    {
        if (end <= _next) return;
        _kept.Add(new(_next, end));
        _hasWords = _hasWords || !text.AsSpan(_next, end - _next).IsWhiteSpace();
        _next = end;
    }

    private readonly char Last() => _kept.Count > 0 ? text[_kept[^1].End - 1] : '\n';

    private readonly void Unkeep()
    {
        var last = _kept[^1];
        if (last.Length == 1) _kept.RemoveAt(_kept.Count - 1);
        else _kept[^1] = last with { End = last.End - 1 };
    }

    /// <summary>Whether the line that is being written holds only blanks.</summary>
    private readonly bool LineIsEmpty()
    {
        for (var i = _kept.Count - 1; i >= 0; i--)
        {
            for (var at = _kept[i].End - 1; at >= _kept[i].Start; at--)
            {
                if (Lines.IsBreak(text[at])) return true;
                if (!char.IsWhiteSpace(text[at])) return false;
            }
        }
        return true;
    }

    private readonly string Text()
    {
        if (_kept.Count == 1) return _kept[0].Length == text.Length ? text : text.Substring(_kept[0].Start, _kept[0].Length);
        var (source, kept) = (text, _kept);
        return string.Create(kept.Sum(span => span.Length), (source, kept), static (target, state) =>
        {
            foreach (var span in state.kept)
            {
                state.source.AsSpan(span.Start, span.Length).CopyTo(target);
                target = target[span.Length..];
            }
        });
    }

    private readonly List<TextRemoval> Removals()
    {
        var removals = new List<TextRemoval>(_kept.Count + 1);
        var from = 0;
        foreach (var span in _kept.Append(new(text.Length, text.Length)))
        {
            if (span.Start > from) removals.Add(new(new(from, span.Start), text.AsMemory(from, span.Start - from)));
            from = span.End;
        }
        return removals;
    }
}
