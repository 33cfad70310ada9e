using System.Security.Cryptography;

namespace Turnpike.Turns;

/// <summary>
/// Makes ids: a word, an underscore and 22 letters and digits. The first eight tell the millisecond, so that ids made one after another stand side by side in an
/// index; the next two count those that this process made in it, so that they stand in their order; the other twelve are random (71 bits), so nobody can guess one.
/// </summary>
public static class Ids
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"; // in the order of their bytes
    private const int PlaceDigits = 10, RandomDigits = 12, OfAMillisecond = 62 * 62;
    private static long _last;

    /// <summary>A new id such as <c>turn_0Vv1SkTf00…</c>, behind all that this process made before.</summary>
    /// <param name="word">What it names: <c>turn</c>, <c>conv</c>, <c>res</c>, …</param>
    public static string New(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return string.Create(word.Length + 1 + PlaceDigits + RandomDigits, word, static (id, word) =>
        {
            word.CopyTo(id);
            id[word.Length] = '_';
            RandomNumberGenerator.GetItems(Alphabet, id[^RandomDigits..]);
            var place = Next();
            for (var at = word.Length + PlaceDigits; at > word.Length; at--) (place, id[at]) = (place / Alphabet.Length, Alphabet[(int)(place % Alphabet.Length)]);
        });
    }

    /// <summary>The place of the next id: its millisecond, and how many there were before in it.</summary>
    private static long Next()
    {
        while (true)
        {
            var (last, now) = (Volatile.Read(ref _last), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * OfAMillisecond);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last) return next;
        }
    }

    internal const string PromptPrefix = "pmpt_";

    /// <summary>A new id of 48 hexadecimal digits, the form that vendors use for stored prompts (<c>pmpt_…</c>).</summary>
    public static string NewPrompt() => $"{PromptPrefix}{RandomNumberGenerator.GetHexString(48, lowercase: true)}";
}
