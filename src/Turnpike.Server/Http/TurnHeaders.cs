using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>What answers about a turn say of it in their headers.</summary>
internal static class TurnHeaders
{
    public const string Turn = "Turnpike-Turn";
    public const string Conversation = "Turnpike-Conversation";
    public const string Prompt = "Turnpike-Prompt";
    public const string Warnings = "Turnpike-Warnings";

    public static void Stamp(HttpContext http, Turn turn)
    {
        var headers = http.Response.Headers;
        headers[Turn] = Plain(turn.Id);
        headers[Conversation] = Plain(turn.Conversation);
        if (turn.Prompt is { Key: { } key, Version: var version }) headers[Prompt] = version is null ? Plain(key) : string.Create(CultureInfo.InvariantCulture, $"{Plain(key)}@{version}");
        headers[Warnings] = turn.Warnings.Count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Keys, and ids that an older program imported, may hold letters that headers may not.</summary>
    private static string Plain(string key) => Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal);
}
