using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>An OpenID Connect issuer on a free loopback port: its document, its keys, and the tokens it would give out.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private RSA _rsa = RSA.Create(2048);
    private int _keys = 1;

    private TestIssuer(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>How often its keys were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Whether it answers 500.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether its keys and its tokens name no <c>kid</c>.</summary>
    public bool NamesNoKeys { get; init; }

    public static async Task<TestIssuer> StartAsync(bool namesNoKeys = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new TestIssuer(builder.Build()) { NamesNoKeys = namesNoKeys };
        issuer._app.MapGet("/.well-known/openid-configuration", () => Results.Text($$"""{"issuer":"{{issuer.Address}}","jwks_uri":"{{issuer.Address}}/keys"}""", "application/json"));
        issuer._app.MapGet("/keys", () => issuer.Keys() is { } keys ? Results.Text(keys, "application/json") : Results.StatusCode(500));
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        issuer.Address = issuer._app.Urls.Single();
        return issuer;
    }

    /// <summary>Signs with another key from now on.</summary>
    public void Rotate() => (_rsa, _keys) = (RSA.Create(2048), _keys + 1);

    /// <summary>A token with these claims beside those of every good one; a claim that is null is left out.</summary>
    public string Token(params (string Name, object? Value)[] claims) => Token("RS256", data => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), claims);

    /// <summary>A token of an issuer whose keys nobody gets to see.</summary>
    public static string TokenOf(string issuer) => Token(issuer, "k1", "RS256", _ => [1, 2, 3]);

    /// <summary>A token with any algorithm and signature.</summary>
    public string Token(string algorithm, Func<byte[], byte[]> sign, params (string Name, object? Value)[] claims) => Token(Address, Name, algorithm, sign, claims);

    private string? Name => NamesNoKeys ? null : $"k{_keys}";

    private static string Token(string issuer, string? key, string algorithm, Func<byte[], byte[]> sign, params (string Name, object? Value)[] claims)
    {
        var said = new Dictionary<string, object?> { ["iss"] = issuer, ["aud"] = "turnpike", ["sub"] = "ann", ["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds() };
        foreach (var (name, value) in claims) said[name] = value;
        var body = Part(said.Where(claim => claim.Value is not null).ToDictionary());
        var text = $"{Part(new Dictionary<string, object?> { ["alg"] = algorithm, ["kid"] = key }.Where(member => member.Value is not null).ToDictionary())}.{body}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>The public key, as text that a forger would use as the secret of a shared-key algorithm.</summary>
    public byte[] PublicKey => Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private string? Keys()
    {
        Asked++;
        if (IsBroken) return null;
        var key = _rsa.ExportParameters(false);
        return JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", use = "sig", kid = Name, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
    }

    private static string Part(Dictionary<string, object?> json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
