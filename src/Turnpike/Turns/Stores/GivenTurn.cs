using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Stores;

/// <summary>Makes what is committed of a turn that no model was asked for: imported, edited by hand, or given by a client. Its log says what its messages say.</summary>
public static class GivenTurn
{
    /// <summary>The turn, ended, with its whole log.</summary>
    /// <param name="turn">The turn as it ended.</param>
    /// <param name="conversation">The conversation from now on, its head where it shall be.</param>
    /// <param name="opened">The conversation as it was; null: it is new.</param>
    public static TurnBeginning Beginning(Turn turn, Conversation conversation, Conversation? opened)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (!turn.HasEnded) throw new ArgumentException("A given turn has ended.", nameof(turn));
        var events = Events(turn).ToList();
        for (var i = 0; i < events.Count; i++) events[i].Place(turn.Id, turn.Conversation, i + 1, i == 0 ? turn.CreatedAt : turn.EndedAt ?? turn.CreatedAt);
        return new()
        {
            Turn = turn,
            Conversation = conversation,
            Opened = opened,
            IsNewConversation = opened is null,
            Request = Sent(turn.Model),
            Trace = [],
            Started = events[0],
            Rest = [.. events.Skip(1)],
            Node = "",
            LeaseUntil = turn.CreatedAt,
        };
    }

    /// <summary>What was sent to a model: nothing.</summary>
    private static byte[] Sent(string model) => JsonSerializer.SerializeToUtf8Bytes(new ModelRequest { Model = model, Messages = [] }, TurnpikeJson.Relaxed.ModelRequest);

    private static IEnumerable<TurnEvent> Events(Turn turn)
    {
        yield return new TurnStarted { Parent = turn.Parent, Model = turn.Model, PromptKey = turn.Prompt?.Key, PromptVersion = turn.Prompt?.Version, Parameters = turn.Parameters, Tools = turn.Tools, Triggers = turn.Triggers };
        foreach (var warning in turn.Warnings) yield return new WarningRaised { Code = warning.Code, Message = warning.Message, Span = warning.Span };
        var (step, block) = (0, 0);
        var answers = turn.Messages.SkipWhile(message => message.Role != ChatRole.Assistant || message.Contents.Any(part => MessageParts.OriginOf(part) is not null));
        foreach (var message in answers)
        {
            if (message.Role == ChatRole.Assistant)
            {
                if (step > 0) yield return new StepCompleted { Step = step, FinishReason = "toolCalls" };
                yield return new StepStarted { Step = ++step, Model = turn.Model };
            }
            foreach (var part in message.Contents)
            {
                if (part is TextContent { Text.Length: > 0 } text) yield return new TextDelta { Text = text.Text, Step = step, Block = block++ };
                else if (part is TextReasoningContent { Text.Length: > 0 } thought) yield return new ReasoningDelta { Text = thought.Text, Step = step, Block = block++ };
                else if (part is FunctionCallContent call) yield return new ToolCall { CallId = call.CallId, Name = call.Name, Arguments = ToolValues.ArgumentsText(call), Step = step };
                else if (part is FunctionResultContent result) yield return ToolResults.Event(result);
            }
        }
        if (turn.Usage != TurnUsage.None) yield return new UsageReported { Step = step, Usage = turn.Usage, Cost = turn.Cost };
        if (step > 0 && turn.Status == TurnStatus.Completed) yield return new StepCompleted { Step = step, FinishReason = "stop" };
        yield return turn.Status switch
        {
            TurnStatus.Cancelled => new TurnCancelled(),
            TurnStatus.Interrupted => new TurnInterrupted(),
            TurnStatus.Failed => new TurnFailed { Code = turn.Error?.Code ?? "internal_error", Message = turn.Error?.Message ?? "It failed.", Retryable = turn.Error?.Retryable ?? false },
            _ => new TurnCompleted { Usage = turn.Usage, Cost = turn.Cost },
        };
    }
}
