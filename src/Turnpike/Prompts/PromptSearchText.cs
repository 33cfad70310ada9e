using System.Globalization;
using System.Text;

namespace Turnpike.Prompts;

/// <summary>The words that a prompt is found by. All stores cut and fold words in this way, so that they find the same prompts.</summary>
public static class PromptSearchText
{
    private const int Longest = 64;
    private const int MostWords = 16;
    private const int MostLetters = 340_000; // less than 1 MiB in UTF-8, which is as much as PostgreSQL finds again

    /// <summary>The words of a prompt, each once: of its key, title, description, tags and messages, until they have 340,000 letters in all.</summary>
    public static IEnumerable<string> Of(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var (known, letters) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var word in All(prompt))
        {
            if (!known.Add(word)) continue;
            if ((letters += word.Length) > MostLetters) break;
        }
        return known;
    }

    private static IEnumerable<string> All(Prompt prompt) =>
        Cut(prompt.Key).Concat(Cut(prompt.Title)).Concat(Cut(prompt.Description)).Concat(prompt.Tags.SelectMany(Cut)).Concat(Cut(prompt.Body)).Concat(prompt.Messages.SelectMany(message => message.Content).SelectMany(part => Cut(part.Text)));

    /// <summary>The words of a query, at most 16: each must begin a word of what is found. A query that is not blank and has none finds nothing.</summary>
    public static string[] Words(string? query) => [.. Cut(query).Distinct(StringComparer.Ordinal).Take(MostWords)];

    /// <summary>Whether somebody seeks what no word says, such as a sign alone: it finds nothing. A blank query seeks nothing, and finds all.</summary>
    internal static bool IsWordless(string? query) => !string.IsNullOrWhiteSpace(query) && !Cut(query).Any();

    /// <summary>Whether each of the words begins a word of the prompt.</summary>
    public static bool Fits(Prompt prompt, string[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Length == 0) return true;
        var said = Of(prompt).ToHashSet(StringComparer.Ordinal);
        return words.All(word => said.Any(one => one.StartsWith(word, StringComparison.Ordinal)));
    }

    /// <summary>Letters and digits in a row are a word, in lower case; marks that stand on a letter alone are left out. Chinese and Japanese letters are a word each.</summary>
    internal static IEnumerable<string> Cut(string? text)
    {
        if (string.IsNullOrEmpty(text)) yield break;
        var word = new char[Longest];
        for (var at = 0; TryCut(text, ref at, word, out var length);) yield return new(word, 0, length);
    }

    /// <summary>Adds the words of a text to some words, each once: into a set, and behind each other with a space between.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many words there may be in all.</param>
    /// <param name="known">The words so far.</param>
    /// <param name="joined">The words so far, behind each other.</param>
    internal static void Gather(string? text, int most, HashSet<string> known, StringBuilder joined)
    {
        if (string.IsNullOrEmpty(text)) return;
        Span<char> word = stackalloc char[Longest];
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; known.Count < most && joined.Length < MostLetters && TryCut(text, ref at, word, out var length);)
        {
            if (!lookup.Add(word[..length])) continue;
            if (joined.Length > 0) joined.Append(' ');
            joined.Append(word[..length]);
        }
    }

    /// <summary>The next word of a text from a place on, cut to so many letters as there is room for; false when there is none.</summary>
    private static bool TryCut(string text, ref int at, Span<char> word, out int length)
    {
        for (length = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter is >= '\u2E80' and <= '\u9FFF' && char.IsLetterOrDigit(letter))
            {
                if (length > 0) return true;
                (word[0], length) = (letter, 1);
                at++;
                return true;
            }
            if (char.IsLetterOrDigit(letter))
            {
                if (length < word.Length) word[length++] = char.ToLowerInvariant(letter);
            }
            else if (length > 0 && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
            {
                at++;
                return true;
            }
        }
        return length > 0;
    }
}
