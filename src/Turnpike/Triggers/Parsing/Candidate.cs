using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>A START with a name behind it, and what becomes of it.</summary>
internal ref struct Candidate
{
    private readonly string _text;
    private readonly TriggerSyntax _syntax;
    private readonly TriggerCatalog _catalog;
    private readonly KnownNames? _known;
    private readonly List<RawToken> _tokens;
    private readonly bool _explain;
    private readonly int _start;
    private readonly int _nameEnd;
    private readonly int _argumentsFrom;
    private readonly bool _wellFormed;
    private readonly bool _sticky;
    private readonly TriggerDefinition? _definition;
    private IReadOnlyList<TriggerValue> _values = [];
    private string? _why;
    private bool _unterminated;
    private readonly bool _mayCross;

    public Candidate(string text, TriggerCatalog catalog, TriggerSyntax syntax, KnownNames? known, int at, List<RawToken> tokens, bool explain, bool mayCross)
    {
        (_text, _catalog, _syntax, _known, _start, _tokens, _explain, _mayCross) = (text, catalog, syntax, known, at, tokens, explain, mayCross);
        var from = at + syntax.Start.Length;
        var end = TriggerNames.End(text, from);
        if (end + 1 < text.Length && text[end] == '.' && TriggerNames.Starts(text[end + 1])) end = TriggerNames.End(text, end + 1);
        _nameEnd = end;
        _definition = catalog.Find(text.AsSpan(from, end - from));
        if (end < text.Length && text[end] == '!' && !EndsAt(end))
        {
            _sticky = true;
            end++;
        }
        _argumentsFrom = end;
        _wellFormed = end >= text.Length || char.IsWhiteSpace(text[end]) || EndsAt(end);
        Span = NameSpan;
        Resume = end;
        tokens.Clear();
    }

    /// <summary>Where it stands: all of it when its end is known, otherwise its name.</summary>
    public TextSpan Span { get; private set; }

    /// <summary>Where to look for the next START.</summary>
    public int Resume { get; private set; }

    /// <summary>The code of what is wrong; null when it is a trigger.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether END was looked for behind the line.</summary>
    public bool HasCrossed { get; private set; }

    public readonly TextSpan NameSpan => new(_start, _argumentsFrom);

    public readonly string Typed => _text[_start.._argumentsFrom];

    public readonly bool IsKnown => _definition is not null;

    /// <summary>Why it stays text.</summary>
    public readonly string Message =>
        $"\"{Typed}\" stays text: {_why ?? (_definition is null ? _catalog.Unknown(Name) : "it is not complete.")}{(_unterminated ? $" Missing \"{_syntax.End}\"?" : "")}";

    private readonly string Name => _text[(_start + _syntax.Start.Length).._nameEnd];

    /// <summary>Finds out what it is.</summary>
    public void Read()
    {
        if (!_wellFormed)
        {
            Fault = _definition is null ? TriggerDiagnostic.Unknown : TriggerDiagnostic.Invalid;
            _why = _definition is null ? null : "after the name comes a space or the end.";
            return;
        }
        var reader = new ArgumentReader(_text, _syntax, _argumentsFrom, _text.Length, _tokens);
        var stop = reader.Read();
        if (stop == ArgumentStop.Line)
        {
            if (Fits(atLineEnd: true))
            {
                Resume = Math.Max(_argumentsFrom, _tokens.Count > 0 ? _tokens[^1].End : 0);
                Span = new(_start, Resume);
                return;
            }
            Resume = reader.Position;
            if (!_mayCross || _definition is null || !GoOn(Resume, out var end)) Open(stop);
            else Closed(end);
        }
        else if (stop == ArgumentStop.End) Closed(reader.Position);
        else
        {
            Resume = reader.Position;
            Open(stop);
        }
    }

    /// <summary>Reads on over line breaks; whether END comes.</summary>
    private bool GoOn(int from, out int end)
    {
        HasCrossed = true;
        var limit = Math.Min(_text.Length, _argumentsFrom + TriggerSyntax.MaxArgumentLength + 64); // the rest is only white space and END
        var reader = new ArgumentReader(_text, _syntax, from, limit, _tokens);
        var stop = ArgumentStop.Line;
        while (stop == ArgumentStop.Line && reader.CrossLine()) stop = reader.Read();
        end = reader.Position;
        return stop == ArgumentStop.End;
    }

    public readonly ParsedTrigger ToTrigger() => new(Name, _definition, _sticky, Span, _values, Fault);

    private void Closed(int end)
    {
        (Span, Resume, _why) = (new(_start, end), end, null);
        if (Fits(atLineEnd: false)) return;
        Fault ??= _definition is null ? TriggerDiagnostic.Unknown : TriggerDiagnostic.Invalid;
        if (_explain) _values = AsTyped();
    }

    private void Open(ArgumentStop stop)
    {
        Fault ??= _definition is null ? TriggerDiagnostic.Unknown : TriggerDiagnostic.Unterminated;
        _unterminated = true;
        _why ??= stop switch
        {
            ArgumentStop.OpenQuote => "a quote is not closed.",
            ArgumentStop.BadQuote => "after a closing quote comes a space or the end.",
            ArgumentStop.Start when _definition is not null => "another one begins before its end.",
            _ => null,
        };
    }

    private bool Fits(bool atLineEnd)
    {
        if (_definition is null) return false;
        if (_sticky && !_definition.Method.CanStick)
        {
            _why = "it acts on this turn only; leave the \"!\" out.";
            return false;
        }
        if (_tokens.Count > 0 && _tokens[^1].End - _tokens[0].Start > TriggerSyntax.MaxArgumentLength)
        {
            _why = $"its arguments are longer than {TriggerSyntax.MaxArgumentLength} characters.";
            Fault = TriggerDiagnostic.Limit;
            return false;
        }
        var binder = new ArgumentBinder(_text, _syntax, _known, _definition.Method.Arguments, _tokens);
        if (binder.Bind(atLineEnd) is { } why)
        {
            if (_explain) _why = why;
            return false;
        }
        _values = binder.Values;
        return true;
    }

    private readonly List<TriggerValue> AsTyped()
    {
        var values = new List<TriggerValue>(_tokens.Count);
        foreach (var token in _tokens) values.Add(new(-1, token.HasKey ? token.Key(_text).ToString() : null, token.Value(_text, _syntax), token.Span));
        return values;
    }

    private readonly bool EndsAt(int at) => _text.AsSpan(at).StartsWith(_syntax.End, StringComparison.Ordinal);
}
