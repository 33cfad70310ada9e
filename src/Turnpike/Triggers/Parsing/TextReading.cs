using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>One reading of one text: goes from START to START and sorts what it finds.</summary>
internal ref struct TextReading(string text, TriggerCatalog catalog, TriggerSyntax syntax, KnownNames? known, int accepted)
{
    private readonly List<TriggerSegment> _segments = new(4);
    private readonly List<ParsedTrigger> _triggers = new(2);
    private readonly List<RawToken> _tokens = new(2);
    private CodeScanner _code = new(text);
    private List<TriggerDiagnostic>? _diagnostics;
    private int _written;
    private int _accepted = accepted; // those before this text count too
    private int _mistakes;
    private int _crossings; // in vain; bounded, so that each stretch of the text is read a few times at most

    public ParsedText Read(int start)
    {
        for (var at = start; at >= 0 && _accepted <= TriggerSyntax.MaxTriggers;)
        {
            var resume = Visit(at);
            var next = text.AsSpan(resume).IndexOf(syntax.Start, StringComparison.Ordinal);
            at = next < 0 ? -1 : resume + next;
        }
        Write(TriggerSegmentKind.Text, text.Length);
        return new(text, _segments, _triggers, _diagnostics ?? (IReadOnlyList<TriggerDiagnostic>)[]);
    }

    /// <summary>Sorts what stands at a START; where to look for the next one.</summary>
    private int Visit(int at)
    {
        var name = at + syntax.Start.Length;
        if (at > 0 && text[at - 1] == '\\' && Lines.OpensAt(text, at - 1))
        {
            if (_code.Covers(at - 1, out var codeEnd)) return Math.Max(codeEnd, at + 1);
            Write(TriggerSegmentKind.Text, at - 1);
            Write(TriggerSegmentKind.Escape, at);
            return name;
        }
        if (name >= text.Length || !TriggerNames.Starts(text[name])) return at + 1;
        var opens = Lines.OpensAt(text, at);
        if (!opens && at != _written) return at + 1;
        if (_code.Covers(at, out var end)) return Math.Max(end, at + 1);
        var candidate = new Candidate(text, catalog, syntax, known, at, _tokens, explain: _mistakes < TriggerSyntax.MaxTriggers, mayCross: _crossings < TriggerSyntax.MaxTriggers);
        if (!opens) return Touching(candidate, at);
        candidate.Read();
        return candidate.Fault is null ? Accept(candidate) : Keep(candidate);
    }

    private int Accept(Candidate candidate)
    {
        if (++_accepted > TriggerSyntax.MaxTriggers)
        {
            Report(new(TriggerDiagnostic.Limit, $"Only {TriggerSyntax.MaxTriggers} triggers are read in one text; from here on they stay text.", candidate.Span));
            return text.Length;
        }
        Write(TriggerSegmentKind.Text, candidate.Span.Start);
        Write(TriggerSegmentKind.Trigger, candidate.Span.End);
        _triggers.Add(candidate.ToTrigger());
        _code.SkipTo(candidate.Span.End);
        return candidate.Resume;
    }

    private int Keep(Candidate candidate)
    {
        if (candidate.HasCrossed) _crossings++;
        if (_mistakes++ >= TriggerSyntax.MaxTriggers) return candidate.Resume;
        Write(TriggerSegmentKind.Text, candidate.Span.Start);
        Write(TriggerSegmentKind.Mistake, candidate.Span.End);
        _triggers.Add(candidate.ToTrigger());
        Report(new(candidate.Fault!, candidate.Message, candidate.Span));
        return candidate.Resume;
    }

    /// <summary>A START right behind a trigger does not count; whoever typed it is told.</summary>
    private int Touching(Candidate candidate, int at)
    {
        if (candidate.IsKnown && _mistakes++ < TriggerSyntax.MaxTriggers)
            Report(new(TriggerDiagnostic.Invalid, $"\"{candidate.Typed}\" stays text: put a space before it.", candidate.NameSpan));
        return at + 1;
    }

    private void Report(TriggerDiagnostic diagnostic) => (_diagnostics ??= []).Add(diagnostic);

    private void Write(TriggerSegmentKind kind, int end)
    {
        if (end <= _written) return;
        _segments.Add(new(kind, new TextSpan(_written, end)));
        _written = end;
    }
}
