using System.Net;
using Turnpike.Server.Access.Oidc;
using Turnpike.Server.Api;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Access;

/// <summary>
/// Lets in who belongs: finds out who asks, whether they may, and for which organization everything behind it works. Before any key is made, whoever is on
/// this machine may do everything; what a proxy passes on is not of this machine.
/// </summary>
internal sealed class Gatekeeper(KeyRing ring, TokenDesk tokens, TimeProvider time)
{
    /// <summary>Whether somebody must show a key or a token: there are keys, or an issuer of tokens is set.</summary>
    public async ValueTask<bool> NeedsKeysAsync(CancellationToken cancellationToken) => tokens.IsOpen || !await ring.IsEmptyAsync(cancellationToken);

    /// <summary>The visitor of a request, who may do what it asks for.</summary>
    /// <exception cref="TurnException"><c>unauthorized</c> or <c>forbidden</c>.</exception>
    public async ValueTask<Visitor> AdmitAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint route) return Visitor.Anybody; // there is nothing behind this door
        var asked = route.Metadata.GetMetadata<RouteScope>() ?? new(Scopes.Admin, Scopes.Admin);
        var scope = asked.For(http.Request.Method);
        if (scope == RouteScope.Nobody) return Visitor.Anybody;
        var visitor = await WhoAsync(http);
        visitor.Enter(http); // so that the audit log knows who was refused
        if (scope is not null && !visitor.May(scope)) throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{visitor.Name}\" may not do this: it lacks the scope \"{scope}\".");
        return visitor;
    }

    private async ValueTask<Visitor> WhoAsync(HttpContext http)
    {
        if (!await NeedsKeysAsync(http.RequestAborted)) return IsHere(http) ? Visitor.Anybody : throw new TurnException(TurnErrorCode.Unauthorized, $"This server has no keys yet, so it serves only its own machine{(Passing.IsTold(http.Request) ? ", and this request came through a proxy" : "")}. Make one there: turnpike keys create.");
        var secret = ShownKey.Of(http.Request) ?? throw new TurnException(TurnErrorCode.Unauthorized, "This server asks for a key. Send \"Authorization: Bearer <key>\"; turnpike keys create makes one.");
        return await OfSecretAsync(secret, http.RequestAborted);
    }

    /// <summary>The visitor that a secret stands for.</summary>
    /// <exception cref="TurnException"><c>unauthorized</c>.</exception>
    public async ValueTask<Visitor> OfSecretAsync(string secret, CancellationToken cancellationToken)
    {
        if (tokens.IsOpen && SignedToken.Looks(secret)) return await tokens.VisitorAsync(secret, cancellationToken);
        var key = await ring.FindAsync(secret, cancellationToken) ?? throw new TurnException(TurnErrorCode.Unauthorized, "The key is not known here.");
        if (key.RevokedAt is { } revoked) throw new TurnException(TurnErrorCode.Unauthorized, $"The key \"{key.Name}\" was revoked on {revoked:u}.");
        if (key.ExpiresAt is { } end && end <= time.GetUtcNow()) throw new TurnException(TurnErrorCode.Unauthorized, $"The key \"{key.Name}\" ended on {end:u}. Make a new one: turnpike keys create.");
        return Visitor.Of(key);
    }

    private static bool IsHere(HttpContext http) => !Passing.IsTold(http.Request) && (http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address));
}

/// <summary>Puts the gatekeeper in front of everything that is served.</summary>
internal static class Gate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static void UseGate(this WebApplication app)
    {
        var keeper = app.Services.GetRequiredService<Gatekeeper>();
        app.Use(async (http, next) =>
        {
            var visitor = await AdmitAsync(keeper, http);
            Caller.Check(http);
            http.Items[typeof(Gatekeeper)] = keeper;
            using (OrganizationScope.Enter(visitor.Organization))
            using (KeyScope.Enter(visitor.Key)) await next(http);
        });
    }

    /// <summary>Whether whoever began a request may still do what it asks for: by now their key may be revoked, ended, or without the scope. A store that cannot be asked ends nothing that began.</summary>
    public static async ValueTask<bool> StillAdmitsAsync(HttpContext http)
    {
        if (http.Items[typeof(Gatekeeper)] is not Gatekeeper keeper) return true; // nobody was asked at the door
        try
        {
            await keeper.AdmitAsync(http);
            return true;
        }
        catch (TurnException error)
        {
            return error.Code is not (TurnErrorCode.Unauthorized or TurnErrorCode.Forbidden);
        }
        catch (OperationCanceledException)
        {
            return true; // they have left
        }
    }

    /// <summary>Breaks a connection off within a second or so after whoever began it may do so no longer, until its answer is over.</summary>
    public static async Task WatchAsync(HttpContext http, TimeProvider time, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!over.IsCancellationRequested && !await StillAdmitsAsync(http)) http.Abort();
        }
    }

    private static async ValueTask<Visitor> AdmitAsync(Gatekeeper keeper, HttpContext http)
    {
        try
        {
            return await keeper.AdmitAsync(http);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            throw;
        }
    }
}
