using System.Text;

namespace Turnpike.Messages.Resources;

/// <summary>Text as it grows: runs of white space are one space, breaks are as large as the largest asked for, nothing begins or ends with white space.</summary>
internal sealed class ReadableText
{
    private readonly StringBuilder _text = new();
    private int _breaks;
    private bool _space;

    /// <summary>Asks for so many line ends before what comes next.</summary>
    public void Break(int lines)
    {
        _breaks = Math.Max(_breaks, lines);
        _space = false;
    }

    /// <summary>Writes a mark as it is.</summary>
    public void Mark(string mark)
    {
        Flush();
        _text.Append(mark);
    }

    /// <summary>Writes words; white space counts only where it is asked to.</summary>
    public void Words(string words, bool asTheyAre)
    {
        if (asTheyAre)
        {
            Flush();
            _text.Append(words);
            return;
        }
        foreach (var c in words)
        {
            if (char.IsWhiteSpace(c))
            {
                _space = true;
                continue;
            }
            Flush();
            _text.Append(c);
        }
    }

    public override string ToString() => _text.ToString().TrimEnd();

    private void Flush()
    {
        if (_breaks > 0 && _text.Length > 0)
        {
            var have = 0;
            while (have < _text.Length && _text[^(have + 1)] == '\n') have++;
            if (have < _breaks) _text.Append('\n', _breaks - have);
        }
        else if (_space && _text.Length > 0 && _text[^1] is not ('\n' or ' '))
        {
            _text.Append(' ');
        }
        (_breaks, _space) = (0, false);
    }
}
