using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Storage.Secrets;

/// <summary>Seals with AES-256-GCM under the newest key of a ring; each sealed text names its key, so that older ones open after a rotation.</summary>
internal sealed partial class SecretBox(SealKeys keys, ILogger<SecretBox> logger) : ISecretBox
{
    private const string Mark = "sealed:1:";
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly ConcurrentDictionary<string, bool> _lost = new(StringComparer.Ordinal);

    public string Seal(string text, string purpose) => Seal(text, purpose, RandomNumberGenerator.GetBytes(NonceLength));

    public string SealAlike(string text, string purpose)
    {
        ArgumentNullException.ThrowIfNull(text);
        var nonces = HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.Newest.Key, HMACSHA256.HashSizeInBytes, info: "nonce"u8.ToArray());
        return Seal(text, purpose, HMACSHA256.HashData(nonces, Encoding.UTF8.GetBytes($"{purpose}\n{text}"))[..NonceLength]);
    }

    private string Seal(string text, string purpose, byte[] nonce)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (id, key) = keys.Newest;
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceLength + TagLength + plain.Length];
        nonce.CopyTo(bytes, 0);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(purpose));
        return $"{Mark}{id}:{Convert.ToBase64String(bytes)}";
    }

    public string Open(string text, string purpose)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Mark, StringComparison.Ordinal)) return text;
        var colon = text.IndexOf(':', Mark.Length);
        try
        {
            if (colon < 0 || keys.Find(text[Mark.Length..colon]) is not { } key) throw new CryptographicException();
            var bytes = Convert.FromBase64String(text[(colon + 1)..]);
            var plain = new byte[bytes.Length - NonceLength - TagLength];
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or OverflowException)
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, $"A secret ({purpose}) cannot be opened: the key it was sealed with is not here. Put it back, or set the secret again.", error as CryptographicException ?? new CryptographicException(error.Message, error))
            {
                OperatorMessage = $"A secret ({purpose}) cannot be opened: the key it was sealed with is not in {keys.Place}. Put it back, or set the secret again.",
            };
        }
    }

    /// <summary>Logs, once for each kind, that something was sealed with a key that is not here.</summary>
    public void TellLost(string purpose)
    {
        var kind = purpose.Split(':')[0];
        if (_lost.TryAdd(kind, true)) Lost(kind, keys.Place);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stored secrets ({Kind}) cannot be opened: the key they were sealed with is not in {Place}. They count as not set; put the key back, or set them again")]
    private partial void Lost(string kind, string place);
}
