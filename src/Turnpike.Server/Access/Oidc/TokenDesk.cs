using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Web;

namespace Turnpike.Server.Access.Oidc;

/// <summary>Takes tokens of an OpenID Connect issuer in place of keys: signature, issuer, audience and time are checked, then its claims say who comes.</summary>
internal sealed class TokenDesk(IOptions<OidcOptions> options, GuardedClient web, TimeProvider time) : IDisposable
{
    private const int IdLength = 200;
    private readonly OidcOptions _options = options.Value;
    private readonly SigningKeys _keys = new(options.Value.Issuer ?? "", web, time);

    /// <summary>Whether an issuer is set.</summary>
    public bool IsOpen => _options.IsOn;

    /// <summary>The visitor that a token stands for.</summary>
    /// <exception cref="TurnException"><c>unauthorized</c>, with the reason; or <c>storage_unavailable</c>.</exception>
    public async ValueTask<Visitor> VisitorAsync(string text, CancellationToken cancellationToken)
    {
        var token = SignedToken.Read(text) ?? throw Refused("cannot be read");
        if (SignedToken.Text(token.Claims, "iss") != _options.Issuer) throw Refused("is of another issuer");
        if (!token.Texts("aud").Contains(_options.Audience, StringComparer.Ordinal)) throw Refused("is made for another audience");
        CheckTime(token);
        await CheckSignatureAsync(token, cancellationToken);
        return Visitor.Of(Key(token));
    }

    public void Dispose() => _keys.Dispose();

    private void CheckTime(SignedToken token)
    {
        var now = time.GetUtcNow();
        if (token.Time("exp") is not { } end) throw Refused("does not say when it ends");
        if (end <= now - _options.Skew) throw Refused($"ended on {end:u}");
        if (token.Time("nbf") is { } begin && begin > now + _options.Skew) throw Refused($"does not count before {begin:u}");
    }

    private async ValueTask CheckSignatureAsync(SignedToken token, CancellationToken cancellationToken)
    {
        var (algorithm, id) = (SignedToken.Text(token.Header, "alg") ?? "none", SignedToken.Text(token.Header, "kid"));
        foreach (var isAnew in (bool[])[false, true]) // a key that was replaced may have no name, or that of the one before
        {
            foreach (var key in await _keys.FindAsync(id, isAnew, cancellationToken))
                if (key.Verifies(algorithm, token.Signed, token.Signature)) return;
        }
        throw Refused("has a signature that is none of its issuer's");
    }

    /// <summary>The token in the words of keys, so that everything that asks for one finds it: limits, lists, ids that clients made. Each user is one such key.</summary>
    private AccessKey Key(SignedToken token)
    {
        var user = Claim(token, _options.UserClaim);
        var organization = _options.OrganizationClaim is { } claim ? Claim(token, claim) : OrganizationScope.Default;
        return new()
        {
            Id = "oidc_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_options.Issuer}\n{organization}\n{user}")))[..24],
            Name = user,
            Prefix = "",
            User = user,
            Organization = organization,
            Scopes = _options.ScopesOf(token.Values(_options.ScopesClaim)),
            Limits = _options.Limits,
            CreatedAt = token.Time("iat") ?? time.GetUtcNow(),
            ExpiresAt = token.Time("exp"),
        };
    }

    private static string Claim(SignedToken token, string name) =>
        SignedToken.Text(token.Claims, name) is { Length: > 0 and <= IdLength } value && !value.Any(char.IsControl) && value == value.Trim() && value is not ("." or "..") ? value : throw Refused($"has no usable claim \"{name}\"");

    private static TurnException Refused(string why) => new(TurnErrorCode.Unauthorized, $"The token {why}.");
}
