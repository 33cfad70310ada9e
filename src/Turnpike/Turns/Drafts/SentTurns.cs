using Microsoft.Extensions.AI;
using Turnpike.Prompts;

namespace Turnpike.Turns.Drafts;

/// <summary>The turns of a path whose messages are sent again, and what follows from them.</summary>
internal static class SentTurns
{
    /// <summary>The turns whose messages are sent again.</summary>
    public static List<Turn> Of(IReadOnlyList<Turn> path)
    {
        var sent = new List<Turn>(path.Count);
        foreach (var turn in path)
        {
            if (turn.History is not null) sent.Clear(); // its caller gave what was before it
            if (turn.Given ? turn.Messages.Count > 0 : turn.Status != TurnStatus.Failed && turn.Messages.Any(IsAnswer) && !IsOurs(turn)) sent.Add(turn);
        }
        return sent;
    }

    /// <summary>Whether no turn before a draft was sent with a prompt, so that its template's messages come with this one.</summary>
    public static bool IsNew(TurnDraft draft, ResolvedPrompt prompt) => !Of(draft.History).Exists(turn => turn.Prompt?.Hash == prompt.Hash)
        && !(draft.HasEarlier && draft.Conversation.Prompt is { } pinned && new ResolvedPrompt(pinned).Hash == prompt.Hash);

    /// <summary>A message of the model, not an example of the template.</summary>
    private static bool IsAnswer(ChatMessage message) => message.Role == ChatRole.Assistant && message.Contents.Any(part => MessageParts.OriginOf(part) is null);

    /// <summary>A turn that nobody asked a model in and nobody said anything in, such as <c>@.help;</c>.</summary>
    private static bool IsOurs(Turn turn) => turn.Attempts.Count == 0 && !turn.Messages.Any(message => message.Role == ChatRole.User);
}
