using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Turns.Access;

/// <summary>Seals for as long as the program runs: enough where turns are kept in memory only.</summary>
internal sealed class ProcessSecretBox : ISecretBox
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Seal(string text, string purpose) => Seal(text, purpose, RandomNumberGenerator.GetBytes(NonceLength));

    public string SealAlike(string text, string purpose) => Seal(text, purpose, HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{purpose}\n{text}"))[..NonceLength]);

    public string Open(string text, string purpose)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var bytes = Convert.FromBase64String(text);
            var plain = new byte[bytes.Length - NonceLength - TagLength];
            using var aes = new AesGcm(_key, TagLength);
            aes.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or OverflowException)
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, $"A secret ({purpose}) cannot be opened: another program sealed it.", error);
        }
    }

    private string Seal(string text, string purpose, byte[] nonce)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceLength + TagLength + plain.Length];
        nonce.CopyTo(bytes, 0);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(purpose));
        return Convert.ToBase64String(bytes);
    }
}
