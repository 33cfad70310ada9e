using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Reads the query of a request.</summary>
internal static class Query
{
    /// <summary>A text; null when it is not there or empty.</summary>
    public static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>What a list is searched by; null when it is not there or empty.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: it has a control character, or one that is none (U+FFFE, U+FFFF), which databases read differently.</exception>
    public static string? Sought(HttpContext http, string name)
    {
        var text = Text(http, name);
        return text?.FirstOrDefault(letter => (char.IsControl(letter) && letter is not ('\t' or '\r' or '\n')) || letter >= '\uFFFE', ' ') is { } odd and not ' '
            ? throw Invalid(name, $"\"{name}\" has the character U+{(int)odd:X4}, by which nothing is found. Leave it out.")
            : text;
    }

    /// <summary>A truth value; false when it is not there.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">Its name.</param>
    /// <param name="or">What else it may be, for the error.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static bool Truth(HttpContext http, string name, string? or = null) => Text(http, name) switch
    {
        null or "false" or "False" or "0" => false,
        "true" or "True" or "1" => true, // Python's clients write True
        var text => throw Invalid(name, $"\"{name}\" is \"{text}\"; it must be {(or is null ? "" : or + ", ")}true or false."),
    };

    /// <summary>A truth value; null when it is not there.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static bool? Flag(HttpContext http, string name) => Text(http, name) is null ? null : Truth(http, name);

    /// <exception cref="TurnException"><c>request_invalid</c> with the range.</exception>
    public static int Number(HttpContext http, string name, int standard, int min, int max)
    {
        if (Text(http, name) is not { } text) return standard;
        return IsNumber(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : throw Invalid(name, $"\"{name}\" is \"{text}\"; it must be a whole number from {min} to {max}.");
    }

    /// <summary>The number of the last event that a reader has: <c>?after=</c> or the header <c>Last-Event-ID</c>. A browser that connects again sends both; the later one counts.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static long After(HttpContext http) => Math.Max(Event("after", Text(http, "after")), Event("Last-Event-ID", http.Request.Headers["Last-Event-ID"].ToString()));

    private static long Event(string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        return IsNumber(text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Invalid(name, $"\"{name}\" is \"{text}\"; it must be the number of an event, or 0.");
    }

    /// <summary>Whether it has digits alone: the platform takes U+0000 behind them as well.</summary>
    private static bool IsNumber(string text) => text.All(char.IsAsciiDigit);

    private static TurnException Invalid(string name, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = name };
}
