using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>The events of a turn as if what was deleted of it had never been: of an answer that lacks some of its parts they are made of those that are left.</summary>
internal static class UiShown
{
    /// <summary>The events to show.</summary>
    /// <param name="kept">The turn as it is kept.</param>
    /// <param name="shown">The turn without what was deleted of it.</param>
    /// <param name="events">The events as they are kept.</param>
    public static IReadOnlyList<TurnEvent> Of(Turn kept, Turn shown, IReadOnlyList<TurnEvent> events)
    {
        if (ReferenceEquals(kept, shown)) return events;
        var results = Ids<FunctionResultContent>(shown, result => result.CallId);
        var gone = Ids<FunctionResultContent>(kept, result => result.CallId).Except(results).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<TurnEvent> left = [.. events.Where(happened => happened is not ToolResult result || !gone.Contains(result.CallId))];
        return Said(kept).Count() == Said(shown).Count() ? left : [.. Made(kept, shown, left)];
    }

    private static IEnumerable<TurnEvent> Made(Turn kept, Turn shown, IReadOnlyList<TurnEvent> events)
    {
        var calls = events.OfType<ToolCall>().Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
        foreach (var started in events.OfType<TurnStarted>()) yield return started;
        foreach (var brought in events.OfType<ToolResult>()) if (!calls.Contains(brought.CallId)) yield return brought;
        var (step, block) = (0, 0);
        foreach (var message in shown.Messages.Where(IsOfModel))
        {
            yield return new StepStarted { Step = ++step, Model = kept.Model };
            foreach (var part in message.Contents)
            {
                if (part is TextContent text) yield return new TextDelta { Text = text.Text, Step = step, Block = block++ };
                else if (part is TextReasoningContent thought) yield return new ReasoningDelta { Text = thought.Text, Step = step, Block = block++ };
                else if (part is FunctionCallContent call) foreach (var told in events.Where(happened => CallOf(happened) == call.CallId)) yield return told;
            }
            yield return new StepCompleted { Step = step, FinishReason = "other" };
        }
        if (events is [.., { IsFinal: true } or StepCompleted { Waiting.Count: > 0 }]) yield return events[^1];
    }

    private static string? CallOf(TurnEvent happened) => happened switch { ToolCall call => call.CallId, ToolApproval asked => asked.CallId, ToolInput input => input.CallId, ToolResult result => result.CallId, _ => null };

    private static bool IsOfModel(ChatMessage message) => message.Role == ChatRole.Assistant && !message.Contents.Any(part => MessageParts.OriginOf(part) is not null);

    private static IEnumerable<AIContent> Said(Turn turn) => turn.Messages.Where(IsOfModel).SelectMany(message => message.Contents);

    private static HashSet<string> Ids<TPart>(Turn turn, Func<TPart, string> id) where TPart : AIContent =>
        turn.Messages.Concat(turn.History ?? []).SelectMany(message => message.Contents).OfType<TPart>().Select(id).ToHashSet(StringComparer.Ordinal);
}
