using System.Security.Cryptography;

namespace Turnpike.Turns;

/// <summary>
/// Makes ids: a word, an underscore and 22 letters and digits. The first eight tell the millisecond, so that ids made one after another stand side by side in an
/// index; the other fourteen are random (83 bits), so nobody can guess one.
/// </summary>
public static class Ids
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"; // in the order of their bytes
    private const int TimeDigits = 8, RandomDigits = 14;

    /// <summary>A new id such as <c>turn_0Vv1SkTf…</c>.</summary>
    /// <param name="word">What it names: <c>turn</c>, <c>conv</c>, <c>res</c>, …</param>
    public static string New(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return string.Create(word.Length + 1 + TimeDigits + RandomDigits, word, static (id, word) =>
        {
            word.CopyTo(id);
            id[word.Length] = '_';
            RandomNumberGenerator.GetItems(Alphabet, id[^RandomDigits..]);
            var time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            for (var at = word.Length + TimeDigits; at > word.Length; at--) (time, id[at]) = (time / Alphabet.Length, Alphabet[(int)(time % Alphabet.Length)]);
        });
    }

    internal const string PromptPrefix = "pmpt_";

    /// <summary>A new id of 48 hexadecimal digits, the form that vendors use for stored prompts (<c>pmpt_…</c>).</summary>
    public static string NewPrompt() => $"{PromptPrefix}{RandomNumberGenerator.GetHexString(48, lowercase: true)}";
}
