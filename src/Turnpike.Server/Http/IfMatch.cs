using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Reads the header <c>If-Match</c>, which guards against lost updates (RFC 9110, 13.1.1).</summary>
internal static class IfMatch
{
    private const string Name = "If-Match";

    /// <summary>The number that must be the newest: of several the one that is, if one is. Null: it does not matter.</summary>
    /// <param name="http">The request.</param>
    /// <param name="newest">Finds the newest number; null when there is nothing here.</param>
    /// <exception cref="TurnException"><c>version_conflict</c>: no number, or <c>*</c> where there is nothing.</exception>
    public static async ValueTask<int?> ReadAsync(HttpContext http, Func<Task<int?>> newest)
    {
        var header = http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0) return null;
        if (header == "*") return await newest() is null ? throw Conflict("If-Match is *, and there is nothing here yet. Leave it out to make something.") : null;
        int[] numbers = [.. header.Split(',', StringSplitOptions.TrimEntries).Select(Number).OfType<int>()];
        if (numbers.Length == 0) throw Conflict($"If-Match is {header}; it must be the ETag of a version, such as \"3\".");
        return numbers.Length > 1 && await newest() is { } now && numbers.Contains(now) ? now : numbers[0];
    }

    private static int? Number(string tag) => int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TurnException Conflict(string message) => new(TurnErrorCode.VersionConflict, message) { Field = Name };
}
