using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Storage.Stores;

/// <summary>A turn at its end as it can be written: one that cannot would stay open for ever, and its conversation busy.</summary>
internal static class LastingTurn
{
    private const int LongestAnswer = 1 << 20;

    /// <summary>The turn and its JSON; what cannot be written is left out, and a warning says so.</summary>
    public static (Turn Turn, string Json) Of(Turn turn, ISecretBox box)
    {
        if (Written(() => TurnRows.Json(turn, box)) is { } json) return (turn, json);
        var left = turn with
        {
            Answer = turn.Answer.Length > LongestAnswer ? turn.Answer[..LongestAnswer] : turn.Answer,
            Output = null,
            Messages = [],
            Warnings = TurnWarning.OfCut(turn.Warnings),
        };
        var most = left with { Messages = [.. turn.Messages.Where(message => Written(() => TurnRows.Json(left with { Messages = [message] }, box)) is not null)] };
        if (Written(() => TurnRows.Json(most, box)) is { } rest) return (most, rest);
        left = left with { OpenCalls = [] };
        return (left, TurnRows.Json(left, box));
    }

    private static string? Written(Func<string> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or NotSupportedException or OverflowException or OutOfMemoryException)
        {
            return null;
        }
    }
}
