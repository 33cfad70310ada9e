using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Turnpike.Server.Access.Oidc;

/// <summary>A public key of an issuer (RFC 7517), RSA or elliptic curve. Which algorithm fits is said by the key, never by the token alone.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _curve;
    private readonly string? _algorithm;

    private SigningKey(string? id, string? algorithm, RSA? rsa, ECDsa? curve) => (Id, _algorithm, _rsa, _curve) = (id, algorithm, rsa, curve);

    /// <summary>Its <c>kid</c>.</summary>
    public string? Id { get; }

    /// <summary>Reads a key; null when it is of another kind, or not for signatures.</summary>
    public static SigningKey? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || SignedToken.Text(json, "use") is not (null or "sig")) return null;
        try
        {
            var (id, algorithm) = (SignedToken.Text(json, "kid"), SignedToken.Text(json, "alg"));
            return SignedToken.Text(json, "kty") switch
            {
                "RSA" => new(id, algorithm, RSA.Create(new RSAParameters { Modulus = Bytes(json, "n"), Exponent = Bytes(json, "e") }), null),
                "EC" when Curve(SignedToken.Text(json, "crv")) is { } curve => new(id, algorithm, null, ECDsa.Create(new ECParameters { Curve = curve, Q = new() { X = Bytes(json, "x"), Y = Bytes(json, "y") } })),
                _ => null,
            };
        }
        catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the key signed these bytes with an algorithm that fits it.</summary>
    public bool Verifies(string algorithm, byte[] signed, byte[] signature)
    {
        if (_algorithm is not null && _algorithm != algorithm) return false;
        if (algorithm.Length != 5 || Hash(algorithm[2..]) is not { } hash) return false;
        return algorithm[..2] switch
        {
            "RS" when _rsa is { KeySize: >= 2048 } => _rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1),
            "PS" when _rsa is { KeySize: >= 2048 } => _rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pss),
            "ES" when _curve is not null => _curve.VerifyData(signed, signature, hash),
            _ => false,
        };
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _curve?.Dispose();
    }

    private static HashAlgorithmName? Hash(string bits) => bits switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        "512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static ECCurve? Curve(string? name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => null,
    };

    private static byte[] Bytes(JsonElement json, string name) => Base64Url.DecodeFromChars(SignedToken.Text(json, name) ?? "");
}
