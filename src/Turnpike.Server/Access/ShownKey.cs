using System.Text;
using Turnpike.Turns;

namespace Turnpike.Server.Access;

/// <summary>The key that a request shows: <c>Authorization: Bearer</c>, <c>x-api-key</c>, or the password of <c>Authorization: Basic</c>.</summary>
internal static class ShownKey
{
    private const int MostLength = 16 << 10; // tokens of other issuers are long

    /// <summary>The key; null when none is shown.</summary>
    /// <exception cref="TurnException"><c>unauthorized</c>: it cannot be read, or two different ones are shown.</exception>
    public static string? Of(HttpRequest request)
    {
        var (bearer, header) = (Authorization(request), One(request, "x-api-key"));
        if (bearer is not null && header is not null && bearer != header) throw new TurnException(TurnErrorCode.Unauthorized, "The request shows two different keys, in Authorization and in x-api-key. Send one of them.");
        return bearer ?? header;
    }

    private static string? Authorization(HttpRequest request)
    {
        if (One(request, "Authorization") is not { } said) return null;
        var space = said.IndexOf(' ', StringComparison.Ordinal);
        var (scheme, rest) = space < 0 ? (said, "") : (said[..space], said[(space + 1)..].Trim());
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) return rest.Length > 0 ? rest : null;
        if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && Password(rest) is { Length: > 0 } password) return password;
        throw new TurnException(TurnErrorCode.Unauthorized, "The header Authorization cannot be read. Send \"Authorization: Bearer <key>\".");
    }

    private static string? Password(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }

    private static string? One(HttpRequest request, string header)
    {
        var values = request.Headers[header];
        if (values.Count > 1 || values.ToString() is { Length: > MostLength }) throw new TurnException(TurnErrorCode.Unauthorized, $"The header {header} is there more than once, or too long.");
        return values.ToString() is { Length: > 0 } value ? value.Trim() : null;
    }
}
