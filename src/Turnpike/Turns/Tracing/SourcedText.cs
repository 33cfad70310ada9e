using System.Text;

namespace Turnpike.Turns.Tracing;

/// <summary>A text while it is put together, with where each stretch of it came from.</summary>
internal sealed class SourcedText
{
    /// <summary>The source of what nobody said: blank lines between texts, tags, words that a model needs.</summary>
    public const string Ours = "turnpike";

    private const string BlankLine = "\n\n";
    private readonly StringBuilder _text = new();
    private readonly List<SourcedRun> _runs = [];

    /// <summary>A text that came from one place.</summary>
    public static SourcedText Of(string text, string source) => new SourcedText().Append(text, source);

    /// <summary>Texts with a blank line between them; those that say nothing are left out.</summary>
    public static SourcedText Joined(IEnumerable<SourcedText> texts)
    {
        var joined = new SourcedText();
        foreach (var text in texts.Where(text => text.Length > 0)) (joined.Length == 0 ? joined : joined.Append(BlankLine, Ours)).Append(text);
        return joined;
    }

    /// <summary>The number of UTF-16 units.</summary>
    public int Length => _text.Length;

    /// <summary>The text.</summary>
    public string Text => _text.ToString();

    /// <summary>Its stretches, from left to right.</summary>
    public IReadOnlyList<SourcedRun> Runs => _runs;

    /// <summary>Puts a text behind it.</summary>
    public SourcedText Append(string text, string source)
    {
        _text.Append(text);
        Note(new(text.Length, source));
        return this;
    }

    /// <summary>Puts a text behind it.</summary>
    public SourcedText Append(SourcedText text)
    {
        _text.Append(text._text);
        foreach (var run in text._runs) Note(run);
        return this;
    }

    /// <summary>The text without the white space at both ends.</summary>
    public SourcedText Trimmed()
    {
        var text = Text;
        var (from, until, at) = (text.Length - text.AsSpan().TrimStart().Length, text.AsSpan().TrimEnd().Length, 0);
        var trimmed = new SourcedText();
        foreach (var run in _runs)
        {
            var (start, end) = (Math.Max(at, from), Math.Min(at + run.Length, until));
            if (start < end) trimmed.Append(text[start..end], run.Source);
            at += run.Length;
        }
        return trimmed;
    }

    private void Note(SourcedRun run)
    {
        if (run.Length == 0) return;
        if (_runs is [.., var last] && last.Source == run.Source) _runs[^1] = last with { Length = last.Length + run.Length };
        else _runs.Add(run);
    }
}

/// <summary>A stretch of a text that came from one place.</summary>
/// <param name="Length">The number of UTF-16 units; 0 for a part that is no text.</param>
/// <param name="Source">Where it came from.</param>
internal readonly record struct SourcedRun(int Length, string Source);
