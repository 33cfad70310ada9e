using System.Text.Json;
using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Says what is wrong with a JSON body: line and column (from 1), and the field.</summary>
internal static partial class JsonFault
{
    public static TurnException Of(JsonException error)
    {
        var place = error.LineNumber is { } line ? $"Line {line + 1}, column {error.BytePositionInLine + 1} of the body: " : "The body: ";
        var field = error.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        return new(TurnErrorCode.RequestInvalid, place + Plain(error.Message, field)) { Field = field };
    }

    private static string Plain(string message, string? field)
    {
        if (Unknown().Match(message) is { Success: true } unknown) return $"there is no field \"{unknown.Groups[1].Value}\" here.";
        if (Convert().IsMatch(message)) return $"the value of \"{field ?? "(root)"}\" is of another type than is expected.";
        if (Required().Match(message) is { Success: true } required) return $"{required.Groups[1].Value} is missing.";
        var cut = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return (cut < 0 ? message : message[..cut]).Replace(" LineNumber", " Line", StringComparison.Ordinal);
    }

    [GeneratedRegex("The JSON property '(.+?)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("could not be converted to")]
    private static partial Regex Convert();

    [GeneratedRegex("missing required properties including: (.+?)\\.")]
    private static partial Regex Required();
}
