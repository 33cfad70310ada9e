using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Turns.Imports;

/// <summary>Ids of imported things: the same thing of the same source always gets the same one, so that importing twice does not double.</summary>
internal static class ImportIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The id of a thing whose own id counts only inside another one: two conversations may both have an "i1".</summary>
    public static string Of(string word, string source, string within, string id) => Of(word, source, $"{within}\n{id}");

    public static string Of(string word, string source, string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{word}\n{id}"));
        return $"{word}_{string.Create(22, hash, (text, bytes) => { for (var i = 0; i < text.Length; i++) text[i] = Alphabet[bytes[i] % Alphabet.Length]; })}";
    }
}
