namespace Turnpike.Triggers;

/// <summary>How a trigger begins and ends in a typed text. Each is non-empty, without letters, digits and white space, and they differ; anything else throws <see cref="ArgumentException"/> when it is set.</summary>
public sealed record TriggerSyntax
{
    /// <summary>The most triggers that are read in one turn; what stands behind them stays text.</summary>
    public const int MaxTriggers = 64;

    /// <summary>The most UTF-16 units of one trigger's arguments; a trigger with more stays text.</summary>
    public const int MaxArgumentLength = 4096;

    /// <summary>START <c>@.</c> and END <c>;</c>.</summary>
    public static TriggerSyntax Default { get; } = new();

    /// <summary>A syntax with the usual or other marks.</summary>
    public TriggerSyntax(string start = "@.", string end = ";")
    {
        Start = Checked(start, nameof(start));
        End = Checked(end, nameof(end));
        if (start == end) throw new ArgumentException($"START and END of triggers are both \"{start}\". Choose two different marks.", nameof(end));
    }

    /// <summary>What a trigger begins with.</summary>
    public string Start { get; }

    /// <summary>What a trigger ends with.</summary>
    public string End { get; }

    /// <summary>An example that is written with the usual marks, with these.</summary>
    internal string Written(string example) =>
        example.StartsWith(Default.Start, StringComparison.Ordinal) && example.EndsWith(Default.End, StringComparison.Ordinal) ? Start + example[Default.Start.Length..^Default.End.Length] + End : example;

    internal static string Checked(string mark, string name)
    {
        ArgumentNullException.ThrowIfNull(mark, name);
        if (mark.Length == 0) throw new ArgumentException("A trigger's mark is empty. Give at least one character.", name);
        if (mark.Any(unit => char.IsLetterOrDigit(unit) || char.IsWhiteSpace(unit) || char.IsSurrogate(unit)))
            throw new ArgumentException($"The trigger's mark \"{mark}\" holds a letter, a digit or white space. Use punctuation.", name);
        return mark;
    }
}
