using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Turnpike.Prompts.Variables;

/// <summary>
/// Compiled regular expressions of definitions and schemas. They run without back-tracking (linear in the text; the platform refuses expressions that
/// need more than 10 000 states) and for at most 100 ms; at most 500 are kept.
/// </summary>
internal static class PatternCache
{
    private const int Longest = 1000;
    private const int Most = 500;
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(100);
    private static readonly ConcurrentDictionary<(string Pattern, bool Whole), CachedPattern> Patterns = new();

    /// <summary>The compiled pattern, or why there is none.</summary>
    /// <param name="pattern">The regular expression.</param>
    /// <param name="whole">Whether it must match the whole text, or a part of it.</param>
    public static CachedPattern Get(string pattern, bool whole)
    {
        if (Patterns.TryGetValue((pattern, whole), out var known)) return known;
        if (Patterns.Count >= Most) Patterns.Clear();
        return Patterns.GetOrAdd((pattern, whole), static key => Compile(key.Pattern, key.Whole));
    }

    private static CachedPattern Compile(string pattern, bool whole)
    {
        if (pattern.Length > Longest) return new(null, $"its pattern is longer than {Longest} characters");
        try
        {
            var part = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Time);
            return new(whole ? new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Time) : part, null);
        }
        catch (NotSupportedException)
        {
            return new(null, $"its pattern \"{pattern}\" needs look-around, a back-reference or more than 10000 states, which are not supported");
        }
        catch (ArgumentException)
        {
            return new(null, $"its pattern \"{pattern}\" is not a regular expression");
        }
    }
}

/// <summary>A regular expression, or why it cannot be used.</summary>
internal sealed record CachedPattern(Regex? Regex, string? Fault)
{
    /// <summary>Whether the text matches; null when that took too long to find out.</summary>
    public bool? Matches(string text)
    {
        try
        {
            return Regex?.EnumerateMatches(text).MoveNext() == true; // IsMatch without back-tracking now and then says that a text matches when its time runs out just then
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
