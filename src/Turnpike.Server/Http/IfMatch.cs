using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Reads the headers <c>If-Match</c> and <c>If-None-Match</c>, which guard against lost updates (RFC 9110, 13.1.1 and 13.1.2).</summary>
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
        var numbers = Numbers(header);
        if (numbers.Length == 0) throw Conflict($"If-Match is {header}; it must be the ETag of a version, such as \"3\".");
        return numbers.Length > 1 && await newest() is { } now && numbers.Contains(now) ? now : numbers[0];
    }

    /// <summary>The number that a save must find: as <see cref="ReadAsync"/>, and 0 where there must be nothing.</summary>
    /// <param name="http">The request.</param>
    /// <param name="newest">Finds the newest number; null when there is nothing here.</param>
    /// <exception cref="TurnException"><c>version_conflict</c>: as there; or there is what <c>If-None-Match</c> rules out.</exception>
    public static async ValueTask<int?> ForSaveAsync(HttpContext http, Func<Task<int?>> newest)
    {
        var expected = await ReadAsync(http, newest);
        var header = http.Request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0) return expected;
        if (await newest() is not { } now) return header == "*" ? expected ?? 0 : expected;
        if (header != "*" && !Numbers(header.Replace("W/", "", StringComparison.Ordinal)).Contains(now)) return expected;
        throw new TurnException(TurnErrorCode.VersionConflict, $"If-None-Match is {header}, and there is one here already, at {now}. Leave the header out to save over it.") { Field = "If-None-Match" };
    }

    /// <summary>Refuses to change or delete another one than whoever asks has read.</summary>
    /// <param name="http">The request.</param>
    /// <param name="what">What it is, and what its number is called: "Prompt \"guide\"", "version".</param>
    /// <param name="newest">Finds the newest number; null when there is nothing here.</param>
    /// <returns>The number that it must have, for whoever changes it to look once more; null: it does not matter.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>.</exception>
    public static async Task<int?> RequireAsync(HttpContext http, (string Name, string Number) what, Func<Task<int?>> newest)
    {
        if (await ReadAsync(http, newest) is not { } expected) return null;
        var now = await newest() ?? 0;
        return now == expected ? expected : throw Conflict($"{what.Name} is at {what.Number} {now} by now, not at {expected}. Look at what changed first.");
    }

    private static int[] Numbers(string header) => [.. header.Split(',', StringSplitOptions.TrimEntries).Select(Number).OfType<int>()];

    private static int? Number(string tag) => int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TurnException Conflict(string message) => new(TurnErrorCode.VersionConflict, message) { Field = Name };
}
