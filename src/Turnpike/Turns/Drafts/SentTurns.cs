using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Drafts;

/// <summary>The turns of a path whose messages are sent again, and what follows from them.</summary>
internal static class SentTurns
{
    /// <summary>The turns whose messages are sent again. Of one that is not, the results that it brought to calls of the turn before it stay: the tools ran, whatever became of the turn.</summary>
    public static List<Turn> Of(IReadOnlyList<Turn> path)
    {
        var sent = new List<Turn>(path.Count);
        foreach (var turn in path)
        {
            if (turn.History is not null) sent.Clear(); // its caller gave what was before it
            if (IsSent(turn)) sent.Add(turn);
            else if (!turn.Given && sent is [.., var before] && Settled(turn, before) is { Length: > 0 } results) sent.Add(turn with { Messages = [new(ChatRole.Tool, results)], Prompt = null, Used = null, Attempts = [] });
        }
        return sent;
    }

    /// <summary>Whether the messages of a turn that has ended are sent again: it did not fail, or a tool had run, and the model said something.</summary>
    public static bool IsSent(Turn turn) => turn.Given ? turn.Messages.Count > 0 : (turn.Status != TurnStatus.Failed || HasRun(turn)) && IsAnswered(turn) && !IsOurs(turn);

    /// <summary>The results that a turn brings to calls of the turn before it: they come before its own calls.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="calls">The ids of the calls of the one before.</param>
    public static Dictionary<string, FunctionResultContent> Brought(Turn turn, HashSet<string> calls) => calls.Count == 0 ? []
        : Leading(turn).Where(message => message.Role == ChatRole.Tool).SelectMany(message => message.Contents.OfType<FunctionResultContent>()).Where(result => calls.Contains(result.CallId)).DistinctBy(result => result.CallId).ToDictionary(result => result.CallId, StringComparer.Ordinal);

    /// <summary>What became of the open calls of the turn before, in a turn that brought answers to them; nothing where it brought none. Of one that it did not live to see the end of, nobody knows.</summary>
    private static AIContent[] Settled(Turn turn, Turn before)
    {
        var brought = Brought(turn, Calls(before));
        var answers = brought.Count > 0 || (string.IsNullOrWhiteSpace(turn.Content) && !turn.Messages.Any(message => message.Role == ChatRole.User)); // who says nothing answers
        return !answers ? [] : [.. brought.Values, .. before.OpenCalls.Where(call => !brought.ContainsKey(call.CallId)).Select(call => ToolValues.Error(call.CallId, ToolResults.OutcomeUnknown))];
    }

    /// <summary>The ids of the calls of a turn.</summary>
    public static HashSet<string> Calls(Turn turn) => [.. turn.Messages.SelectMany(message => message.Contents.OfType<FunctionCallContent>()).Select(call => call.CallId)];

    /// <summary>Whether no turn before a draft was sent with a prompt, so that its template's messages come with this one.</summary>
    public static bool IsNew(TurnDraft draft, ResolvedPrompt prompt) => IsNew(draft.History, draft.HasEarlier, draft.Conversation, prompt);

    /// <summary>Whether no turn of a path was sent with a prompt. Where not all of them were read, the prompt that the conversation is pinned to was sent before, unless a model was asked without it since.</summary>
    public static bool IsNew(IReadOnlyList<Turn> path, bool hasEarlier, Conversation conversation, ResolvedPrompt prompt)
    {
        var sent = Of(path);
        if (sent.Exists(turn => turn.Prompt?.Hash == prompt.Hash || turn.Used?.Hash == prompt.Hash)) return false;
        return !hasEarlier || sent.Exists(turn => turn.Attempts.Count > 0) || conversation.Prompt is not { } pinned || new ResolvedPrompt(pinned).Hash != prompt.Hash;
    }

    /// <summary>Whether nobody asks a model in a draft and nobody says anything in it, such as <c>@.help;</c>: its template and what is attached wait for a turn that does.</summary>
    public static bool IsOurs(TurnDraft draft) => draft.State.Answer is not null && string.IsNullOrWhiteSpace(draft.Content) && draft.Triggers.Count > 0;

    /// <summary>Whether a call of a turn has its result: what tools did stays done, also when the turn fails behind them.</summary>
    private static bool HasRun(Turn turn)
    {
        var calls = Calls(turn);
        return turn.Messages.Any(message => message.Role == ChatRole.Tool && message.Contents.OfType<FunctionResultContent>().Any(result => calls.Contains(result.CallId)));
    }

    /// <summary>Whether the model said anything, be it that somebody took it away since.</summary>
    private static bool IsAnswered(Turn turn) => turn.HidesAnswer ? turn.Messages.Count > 0 || turn.History is { Count: > 0 } : turn.Messages.Any(IsAnswer);

    /// <summary>A message of the model, not an example of the template.</summary>
    public static bool IsAnswer(ChatMessage message) => message.Role == ChatRole.Assistant && message.Contents.Any(part => MessageParts.OriginOf(part) is null);

    /// <summary>The user's message of a turn, made of its template, what was typed and resources; null when there is none, or somebody else made it.</summary>
    public static ChatMessage? Asked(Turn turn) =>
        turn.Messages.LastOrDefault(message => message.Contents.Any(part => MessageParts.OriginOf(part) is not null)) is { } asked && asked.Role == ChatRole.User ? asked : null; // behind an example stands its answer

    /// <summary>The messages of a turn before its model's.</summary>
    private static IEnumerable<ChatMessage> Leading(Turn turn) => turn.Messages.TakeWhile(message => message.Role != ChatRole.Assistant || MessageParts.OriginOf(message.Contents.FirstOrDefault() ?? new TextContent("")) is not null);

    /// <summary>A turn that nobody asked a model in and nobody said anything in, such as <c>@.help;</c>.</summary>
    private static bool IsOurs(Turn turn) => turn.Attempts.Count == 0 && !turn.Messages.Any(message => message.Role == ChatRole.User);
}
