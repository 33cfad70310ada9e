using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Middleware.Hooks;

/// <summary>A hook that hears of turns that have ended.</summary>
internal sealed class HookObserver(HookClient client) : ITurnObserver
{
    public string Name => client.Name;

    public async ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken) => await client.AskAsync(HookOptions.AfterTurn, writer =>
    {
        writer.WritePropertyName("turn"u8);
        JsonSerializer.Serialize(writer, turn.IsUnread ? turn with { Content = SecretText.Mask } : turn, TurnpikeJson.Relaxed.Turn); // of one that ended in its queue nobody knows what is secret
    }, cancellationToken);
}
