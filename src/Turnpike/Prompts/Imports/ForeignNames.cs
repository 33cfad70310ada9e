using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Turnpike.Prompts.Imports;

/// <summary>
/// The names of variables in a prompt of a system where any name may stand in <c>{{…}}</c> and nothing else has a meaning there: a name that can be none here gets
/// another, and what is no name stays text.
/// </summary>
/// <param name="found">The prompt, which is told what changed.</param>
/// <param name="isName">What may be a name there, of what looks like one; null: all of it.</param>
internal sealed partial class ForeignNames(FoundPrompt found, Func<string, bool>? isName = null)
{
    private const int Longest = 90; // a number may follow; a name has 100 characters at most
    private readonly Dictionary<string, string> _ours = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Names that can be names here too: they stay, whatever others would become.</summary>
    public void Keep(IEnumerable<string> theirs)
    {
        foreach (var name in theirs) if (Plain.IsMatch(name) && FoundPrompt.VariableOf(name) == name && _taken.Add(name)) _ours[name] = name;
    }

    /// <summary>Keeps the names in a text that can be names here too.</summary>
    public void KeepIn(string text) => Keep(Used.Matches(text).Select(tag => tag.Groups[1].Value));

    /// <summary>Names there that are others here, with these.</summary>
    public IEnumerable<KeyValuePair<string, string>> Renamed => _ours.Where(name => name.Key != name.Value);

    /// <summary>The name here of a variable there; the same each time.</summary>
    public string Of(string theirs)
    {
        theirs = theirs.Trim();
        if (_ours.TryGetValue(theirs, out var known)) return known;
        var plain = FoundPrompt.VariableOf(theirs);
        if (plain.Length > Longest) plain = plain[..Longest];
        var ours = plain;
        for (var number = 2; !_taken.Add(ours); number++) ours = string.Create(CultureInfo.InvariantCulture, $"{plain}_{number}");
        if (ours != theirs) found.Changes.Add($"variable {theirs}: became {ours}, {(Plain.IsMatch(theirs) ? "for the name has another meaning here" : "for here a name has letters, digits and _ only")}");
        return _ours[theirs] = ours;
    }

    /// <summary>A text in which variables have their names here; braces around what is no name are escaped.</summary>
    public string In(string text)
    {
        KeepIn(text);
        var (ours, at, escaped) = (new StringBuilder(text.Length), 0, 0);
        for (var open = text.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = text.IndexOf("{{", at, StringComparison.Ordinal))
        {
            ours.Append(text, at, open - at);
            var isBehindSlash = open > at && text[open - 1] == '\\'; // which would make text of the braces here
            if (NameAt(text, open) is var (start, end))
            {
                if (isBehindSlash) ours.Append('\\');
                var inside = text[start..end];
                ours.Append(text, open, start - open).Append(inside.Replace(inside.Trim(), Of(inside), StringComparison.Ordinal));
                at = end;
                continue;
            }
            ours.Append(isBehindSlash ? @"\{{!}}\{{" : @"\{{");
            (at, escaped) = (open + 2, escaped + 1);
        }
        if (escaped > 0) found.Changes.Add(string.Create(CultureInfo.InvariantCulture, $"text: {escaped} × {{{{ around no name, written \\{{{{ for it is text"));
        return ours.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Where the name begins and ends that the braces at a place are around; null when it is none.</summary>
    private (int Start, int End)? NameAt(string text, int open)
    {
        var isTriple = open + 2 < text.Length && text[open + 2] == '{';
        var start = open + (isTriple ? 3 : 2);
        var end = text.AsSpan(start).IndexOfAny('{', '}') is >= 0 and var length ? start + length : -1;
        if (end <= start || !text.AsSpan(end).StartsWith(isTriple ? "}}}" : "}}") || text[start..end].Trim() is var name && !(Form.IsMatch(name) && isName?.Invoke(name) != false)) return null;
        return (start, end);
    }

    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{M}\p{N}_ .-]{0,99}\z")]
    private static partial Regex Form { get; }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Plain { get; }

    [GeneratedRegex(@"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")]
    private static partial Regex Used { get; }
}
