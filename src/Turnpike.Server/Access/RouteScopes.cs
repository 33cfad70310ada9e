using Turnpike.Turns.Access;

namespace Turnpike.Server.Access;

/// <summary>Says at a route, or at a group of routes, which scope it needs. What a route says itself counts more than what its group says.</summary>
internal static class RouteScopes
{
    /// <summary>The route needs a key with this scope (see <see cref="Scopes"/>).</summary>
    public static T RequireScope<T>(this T route, string scope) where T : IEndpointConventionBuilder => route.WithMetadata(new RouteScope(scope, scope));

    /// <summary>GET and HEAD need one scope, all other methods another.</summary>
    public static T RequireScope<T>(this T route, string read, string write) where T : IEndpointConventionBuilder => route.WithMetadata(new RouteScope(read, write));

    /// <summary>The route needs a key, whatever its scopes.</summary>
    public static T RequireKey<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new RouteScope(null, null));

    /// <summary>The route is open to everybody: it tells nothing that is kept.</summary>
    public static T OpenToAll<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new RouteScope(RouteScope.Nobody, RouteScope.Nobody));
}
