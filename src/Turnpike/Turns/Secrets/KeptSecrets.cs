using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Secrets;

/// <summary>
/// What a prompt wrote into messages from secret variables is kept apart from them: the messages that are kept and shown have <c>•••</c> in its place, the values
/// lie sealed beside the turn, and both come together again when the messages are sent.
/// </summary>
public sealed class KeptSecrets(ISecretBox box)
{
    private const string OfTurn = "turn-secrets";
    private const string OfRequest = "turn-request";

    /// <summary>Messages with masks in the place of secrets.</summary>
    internal static IReadOnlyList<ChatMessage> Hide(IReadOnlyList<ChatMessage> messages, IReadOnlyList<string> secrets) => secrets.Count == 0 ? messages : [.. messages.Select(message => MaskedText.Hide(message, secrets))];

    /// <summary>A request with masks in the place of secrets.</summary>
    internal static ModelRequest Hide(ModelRequest request, IReadOnlyList<string> secrets) => secrets.Count == 0 ? request : request with { Messages = Hide(request.Messages, secrets), StandIns = request.StandIns is { } others ? [.. others.Select(other => Hide(other, secrets))] : null };

    /// <summary>The secrets of a turn as they are kept; null when it has none.</summary>
    internal string? Seal(IReadOnlyList<string> secrets) => secrets.Count == 0 ? null : box.Seal(JsonSerializer.Serialize([.. secrets], TurnpikeJson.Relaxed.StringArray), OfTurn);

    /// <summary>The secrets of a kept turn; none when they were sealed with a key that is gone, for then its masks stay.</summary>
    internal IReadOnlyList<string> Open(Turn turn)
    {
        if (turn.Sealed is not { } text) return [];
        try
        {
            return KeptJson.Read(box.Open(text, OfTurn), TurnpikeJson.Relaxed.StringArray)!;
        }
        catch (Exception error) when (error is TurnException { Code: TurnErrorCode.StorageUnavailable } or JsonException)
        {
            return [];
        }
    }

    /// <summary>A kept turn with its exact messages again, and its secrets told to a trace, so that they are hidden in what is kept and shown of the next.</summary>
    internal Turn Restore(Turn turn, Tracing.TurnTrace trace)
    {
        var secrets = Open(turn);
        if (secrets.Count == 0) return turn;
        foreach (var secret in secrets) trace.Hide(secret);
        return turn with { Messages = Restore(turn.Messages, secrets), History = turn.History is { } given ? Restore(given, secrets) : null };
    }

    /// <summary>A kept request as it was sent.</summary>
    internal ModelRequest Restore(ModelRequest request, Turn turn) => turn.Sealed is null ? request : Restore(request, Open(turn));

    private static ModelRequest Restore(ModelRequest request, IReadOnlyList<string> secrets) => request with { Messages = Restore(request.Messages, secrets), StandIns = request.StandIns is { } others ? [.. others.Select(other => Restore(other, secrets))] : null };

    /// <summary>A submitted request as it is kept: sealed when it gives variables or names a secret, for both may be secret.</summary>
    internal byte[] SealRequest(byte[] json, bool isSecret) => isSecret ? System.Text.Encoding.UTF8.GetBytes(box.Seal(System.Text.Encoding.UTF8.GetString(json), OfRequest)) : json;

    /// <summary>A submitted request as it came.</summary>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: the key that it was sealed with is gone.</exception>
    internal string OpenRequest(ReadOnlyMemory<byte> kept) => kept.Span is [(byte)'{', ..] ? System.Text.Encoding.UTF8.GetString(kept.Span) : box.Open(System.Text.Encoding.UTF8.GetString(kept.Span), OfRequest);

    private static IReadOnlyList<ChatMessage> Restore(IReadOnlyList<ChatMessage> messages, IReadOnlyList<string> secrets) => [.. messages.Select(message => MaskedText.Restore(message, secrets))];
}
