using System.Security.Cryptography;

namespace Turnpike.Turns;

/// <summary>Makes ids: a word, an underscore and 22 random letters and digits (131 bits), so nobody can guess one.</summary>
public static class Ids
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new id such as <c>turn_3kTf…</c>.</summary>
    /// <param name="word">What it names: <c>turn</c>, <c>conv</c>, <c>res</c>, …</param>
    public static string New(string word) => $"{word}_{RandomNumberGenerator.GetString(Alphabet, 22)}";

    /// <summary>A new id of 48 hexadecimal digits, the form that vendors use for stored prompts (<c>pmpt_…</c>).</summary>
    public static string NewPrompt() => $"pmpt_{RandomNumberGenerator.GetHexString(48, lowercase: true)}";
}
