using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

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
            Messages = [.. turn.Messages.Where(message => Written(() => JsonSerializer.Serialize(message, TurnpikeJson.Relaxed.ChatMessage)) is not null)],
            Warnings = [.. turn.Warnings, new("turn_cut", "Parts of the turn could not be written, being too long or nested too deeply, and are not kept.", null, "conversations")],
        };
        if (Written(() => TurnRows.Json(left, box)) is { } most) return (left, most);
        left = left with { Messages = [], OpenCalls = [] };
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
