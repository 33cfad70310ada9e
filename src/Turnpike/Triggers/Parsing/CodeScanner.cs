using System.Runtime.CompilerServices;

namespace Turnpike.Triggers.Parsing;

/// <summary>
/// Says which places of a text are Markdown code: spans between equal runs of backticks in one paragraph, and blocks between fences.
/// It is asked with growing indexes and reads each stretch of the text once, a paragraph at most twice.
/// </summary>
internal ref struct CodeScanner(string text)
{
    private const int LongestRun = 31;
    private int _position;
    private int _knownUntil;
    private LastRuns _last;

    /// <summary>Whether an index is in code; then also where that code ends.</summary>
    public bool Covers(int at, out int end)
    {
        end = at;
        if (at < _position) return false;
        while (_position <= at)
        {
            var next = text.AsSpan(_position, at - _position).IndexOfAny('`', '~');
            if (next < 0)
            {
                _position = at;
                return false;
            }
            var from = _position + next;
            var codeEnd = CodeEnd(from, out var resume);
            _position = resume;
            if (codeEnd <= at) continue;
            end = codeEnd;
            return true;
        }
        return false;
    }

    /// <summary>Goes on behind a trigger: nothing in it begins code.</summary>
    public void SkipTo(int position) => _position = Math.Max(_position, position);

    /// <summary>Where the code that a run of marks opens ends; 0 when it opens none.</summary>
    private int CodeEnd(int from, out int resume)
    {
        var length = Lines.Run(text, from);
        if (length >= 3 && OpensFence(from, length, out var quoted)) return resume = FenceEnd(from, length, quoted);
        resume = from + length;
        if (text[from] == '~') return 0;
        if (Lines.IsEscaped(text, from, _position))
        {
            from++;
            length--;
        }
        if (length is 0 or > LongestRun) return 0;
        var closer = Closer(from + length, length);
        return closer < 0 ? 0 : resume = closer + length;
    }

    private readonly bool OpensFence(int run, int length, out bool quoted)
    {
        quoted = false;
        var start = run;
        while (start > _position && !Lines.IsBreak(text[start - 1])) start--;
        if (start > 0 && !Lines.IsBreak(text[start - 1])) return false; // something of this line was read before
        return Lines.IsContainerPrefix(text.AsSpan(start, run - start), out quoted) && Lines.IsFenceInfo(text, run, length);
    }

    private readonly int FenceEnd(int run, int length, bool quoted)
    {
        var line = Lines.Next(text, run);
        while (line < text.Length)
        {
            var end = Lines.End(text, line);
            var content = text.AsSpan(line, end - line).TrimStart(" \t>");
            if (quoted && !text.AsSpan(line, end - line).TrimStart(" \t").StartsWith('>')) return line; // the quotation ends, and its fence with it
            var marks = content.IndexOfAnyExcept(text[run]);
            if ((marks < 0 ? content.Length : marks) >= length && (marks < 0 || content[marks..].IsWhiteSpace())) return end;
            line = Lines.Next(text, end);
        }
        return text.Length;
    }

    /// <summary>The next run of exactly this length in the paragraph; -1 when there is none.</summary>
    private int Closer(int from, int length)
    {
        if (from >= _knownUntil) _last = default;
        else if (_last[length] < from) return -1;
        var at = from;
        while (at < text.Length)
        {
            var next = text.AsSpan(at).IndexOfAny('`', '\n');
            at = next < 0 ? text.Length : at + next;
            if (next < 0) break;
            if (text[at] == '\n')
            {
                if (Lines.EndsParagraph(text, ++at)) break;
                continue;
            }
            var run = Lines.Run(text, at);
            if (run == length) return at;
            if (run <= LongestRun) _last[run] = at;
            at += run;
        }
        _knownUntil = at;
        return -1;
    }

    [InlineArray(LongestRun + 1)]
    private struct LastRuns
    {
        private int _first;
    }
}
