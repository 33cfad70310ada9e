namespace Turnpike.Triggers.Parsing;

/// <summary>Why arguments end.</summary>
internal enum ArgumentStop
{
    /// <summary>END stands there; the position is behind it.</summary>
    End,
    /// <summary>The line or the text ends there.</summary>
    Line,
    /// <summary>Another START stands there.</summary>
    Start,
    /// <summary>A quote is not closed; the position is behind the opening one.</summary>
    OpenQuote,
    /// <summary>Something follows a closing quote directly.</summary>
    BadQuote,
}

/// <summary>Reads a trigger's arguments, from behind its name, up to a limit that stands for the end of the text.</summary>
internal ref struct ArgumentReader(string text, TriggerSyntax syntax, int from, int limit, List<RawToken> tokens)
{
    /// <summary>Where it stands.</summary>
    public int Position { get; private set; } = from;

    /// <summary>Reads tokens until something ends them or the line ends.</summary>
    public ArgumentStop Read()
    {
        while (true)
        {
            Position = Math.Min(Lines.SkipBlanks(text, Position), limit);
            if (Position >= limit || Lines.IsBreak(text[Position])) return ArgumentStop.Line;
            if (AtStart()) return ArgumentStop.Start;
            if (At(syntax.End))
            {
                Position += syntax.End.Length;
                return ArgumentStop.End;
            }
            if (Token() is { } stop) return stop;
        }
    }

    /// <summary>Goes to the next line; false when there is none, or it is empty or begins code.</summary>
    public bool CrossLine()
    {
        var line = Lines.Behind(text, Position);
        if (line == Position || line >= limit || Lines.EndsParagraph(text, line)) return false;
        Position = line;
        return true;
    }

    private readonly bool AtStart() =>
        At(syntax.Start) && Position + syntax.Start.Length < limit && TriggerNames.Starts(text[Position + syntax.Start.Length]) && Lines.OpensAt(text, Position);

    private readonly bool At(string mark) => text[Position] == mark[0] && Position + mark.Length <= limit && text.AsSpan(Position).StartsWith(mark, StringComparison.Ordinal);

    private ArgumentStop? Token()
    {
        var start = Position;
        if (text[Position] is '"' or '\'') return Quoted(start, start);
        var keyEnd = -1;
        for (; Position < limit; Position++)
        {
            var unit = text[Position];
            if (char.IsWhiteSpace(unit) || At(syntax.End)) break;
            if (AtStart()) return ArgumentStop.Start;
            if (unit == '=' && keyEnd < 0 && TriggerNames.IsKey(text.AsSpan(start, Position - start)))
            {
                keyEnd = Position;
                if (Position + 1 >= limit || text[Position + 1] is not ('"' or '\'')) continue;
                Position++;
                return Quoted(start, keyEnd);
            }
            if (unit == ',' && Position + 1 < limit && text[Position + 1] is '"' or '\'')
            {
                Position++;
                break;
            }
        }
        tokens.Add(new(start, keyEnd, keyEnd < 0 ? start : keyEnd + 1, Position, Position, Quoted: false));
        return null;
    }

    private ArgumentStop? Quoted(int start, int keyEnd)
    {
        var quote = text[Position++];
        var open = Position;
        while (true)
        {
            var next = text.AsSpan(Position, limit - Position).IndexOfAny(quote, '\\');
            if (next < 0)
            {
                tokens.Add(new(start, keyEnd, open, limit, limit, Quoted: true, Closed: false));
                Position = open;
                return ArgumentStop.OpenQuote;
            }
            Position += next;
            if (text[Position] == quote) break;
            Position += Position + 1 < limit && text[Position + 1] is '"' or '\'' or '\\' ? 2 : 1;
        }
        var close = Position++;
        if (Position < limit && text[Position] == ',') Position++;
        else if (Position < limit && !char.IsWhiteSpace(text[Position]) && !At(syntax.End)) return ArgumentStop.BadQuote;
        tokens.Add(new(start, keyEnd, open, close, Position, Quoted: true));
        return null;
    }
}
