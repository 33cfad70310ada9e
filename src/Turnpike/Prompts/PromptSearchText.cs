using System.Globalization;
using System.Text;

namespace Turnpike.Prompts;

/// <summary>The words that a prompt is found by. All stores cut and fold words in this way, so that they find the same prompts.</summary>
public static class PromptSearchText
{
    private const int Longest = 64;
    private const int MostWords = 16;

    /// <summary>The words of a prompt: of its key, title, description, tags and messages.</summary>
    public static IEnumerable<string> Of(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Cut(prompt.Key).Concat(Cut(prompt.Title)).Concat(Cut(prompt.Description)).Concat(prompt.Tags.SelectMany(Cut)).Concat(Cut(prompt.Body)).Concat(prompt.Messages.SelectMany(message => message.Content).SelectMany(part => Cut(part.Text)));
    }

    /// <summary>The words of a query, at most 16: each must begin a word of what is found.</summary>
    public static string[] Words(string? query) => [.. Cut(query).Distinct(StringComparer.Ordinal).Take(MostWords)];

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
        var word = new StringBuilder();
        foreach (var letter in text)
        {
            if (letter is >= '\u2E80' and <= '\u9FFF' && char.IsLetterOrDigit(letter))
            {
                if (word.Length > 0) yield return Ended(word);
                yield return letter.ToString();
            }
            else if (char.IsLetterOrDigit(letter)) word.Append(char.ToLowerInvariant(letter));
            else if (word.Length > 0 && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark) yield return Ended(word);
        }
        if (word.Length > 0) yield return Ended(word);
    }

    private static string Ended(StringBuilder word)
    {
        var ended = word.ToString(0, Math.Min(word.Length, Longest));
        word.Clear();
        return ended;
    }
}
