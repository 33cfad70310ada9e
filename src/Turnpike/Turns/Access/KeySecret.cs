using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Turns.Access;

/// <summary>The secret of a key: <c>tp_</c> and 43 random letters and digits (256 bits), so that a plain hash is enough to keep it.</summary>
public static class KeySecret
{
    /// <summary>How every secret begins.</summary>
    public const string Start = "tp_";

    private const int Shown = 9;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new secret.</summary>
    public static string New() => Start + RandomNumberGenerator.GetString(Alphabet, 43);

    /// <summary>What is shown of a secret: its first nine characters.</summary>
    public static string PrefixOf(string secret) => secret[..Math.Min(Shown, secret.Length)];

    /// <summary>SHA-256 of a secret, in hexadecimal: what is kept, and what is compared, so that time tells nothing of the secret.</summary>
    public static string HashOf(string secret)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> text = stackalloc byte[512];
        if (secret.Length > 170) SHA256.HashData(Encoding.UTF8.GetBytes(secret), hash);
        else SHA256.HashData(text[..Encoding.UTF8.GetBytes(secret, text)], hash);
        return Convert.ToHexStringLower(hash);
    }
}
