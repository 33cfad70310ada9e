using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Stores;

/// <summary>Makes the kept turn of one whose node went away, from nothing but its log.</summary>
public static class InterruptedTurn
{
    /// <summary>
    /// The turn as <c>interrupted</c>, with the text, the tool calls that were answered, the tokens and the warnings that its log holds. Calls without an
    /// answer stay out of its messages, since no model takes a call without its result; the log still has them.
    /// </summary>
    /// <param name="running">The turn as it was last kept.</param>
    /// <param name="log">All its events, in order.</param>
    /// <param name="now">When it is found to have ended, UTC.</param>
    public static Turn Of(Turn running, IReadOnlyList<TurnEvent> log, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(log);
        var answered = log.OfType<ToolResult>().DistinctBy(result => result.CallId).ToDictionary(result => result.CallId);
        var messages = new List<ChatMessage>(running.Messages);
        var answers = new List<string>();
        foreach (var step in log.Where(happened => StepOf(happened) > 0).GroupBy(StepOf).OrderBy(group => group.Key))
        {
            var parts = Parts(step, answered);
            var calls = parts.OfType<FunctionCallContent>().ToList();
            if (parts.Count > 0) messages.Add(new(ChatRole.Assistant, parts));
            if (calls.Count > 0) messages.Add(new(ChatRole.Tool, [.. calls.Select(call => Result(answered[call.CallId]))]));
            if (parts.OfType<TextContent>().Any()) answers.Add(string.Concat(parts.OfType<TextContent>().Select(part => part.Text)));
        }
        return running with
        {
            Status = TurnStatus.Interrupted,
            Answer = string.Join("\n\n", answers),
            Messages = messages,
            Usage = log.OfType<UsageReported>().Select(happened => happened.Usage).Aggregate(TurnUsage.None, TurnUsage.Add),
            Warnings = [.. running.Warnings, .. log.OfType<WarningRaised>().Select(warning => new TurnWarning(warning.Code, warning.Message, warning.Span)).Except(running.Warnings.Select(warning => warning with { Station = null }))],
            EndedAt = now,
        };
    }

    /// <summary>The event that ends the log of such a turn.</summary>
    public static TurnInterrupted Event() => new() { Reason = "The program that ran the turn went away before its end." };

    private static int StepOf(TurnEvent happened) => happened switch
    {
        TextDelta text => text.Step,
        ReasoningDelta reasoning => reasoning.Step,
        ToolCall call => call.Step,
        _ => 0,
    };

    private static List<AIContent> Parts(IEnumerable<TurnEvent> step, Dictionary<string, ToolResult> answered)
    {
        var parts = new List<AIContent>();
        foreach (var block in step.GroupAdjacent(happened => happened switch { TextDelta text => (0, text.Block, ""), ReasoningDelta reasoning => (1, reasoning.Block, ""), ToolCall call => (2, 0, call.CallId), _ => default }))
        {
            switch (block[0])
            {
                case TextDelta: parts.Add(new TextContent(Text(block))); break;
                case ReasoningDelta: parts.Add(new TextReasoningContent(Text(block))); break;
                case ToolCall call when answered.ContainsKey(call.CallId): parts.Add(Call(call)); break;
            }
        }
        return parts;
    }

    private static string Text(List<TurnEvent> block)
    {
        var text = new StringBuilder();
        foreach (var happened in block) text.Append(happened is TextDelta said ? said.Text : ((ReasoningDelta)happened).Text);
        return text.ToString();
    }

    private static FunctionCallContent Call(ToolCall call)
    {
        try
        {
            using var arguments = JsonDocument.Parse(call.Arguments);
            return ToolValues.Call(call.CallId, call.Name, arguments.RootElement);
        }
        catch (JsonException)
        {
            using var text = JsonDocument.Parse(JsonSerializer.Serialize(call.Arguments, TurnpikeJson.Relaxed.String));
            return ToolValues.Call(call.CallId, call.Name, text.RootElement);
        }
    }

    private static FunctionResultContent Result(ToolResult result) =>
        result.Error is { } error ? ToolValues.Error(result.CallId, error) : new(result.CallId, result.Result);

    private static IEnumerable<List<TurnEvent>> GroupAdjacent<TKey>(this IEnumerable<TurnEvent> events, Func<TurnEvent, TKey> key)
    {
        List<TurnEvent>? group = null;
        foreach (var happened in events)
        {
            if (group is not null && EqualityComparer<TKey>.Default.Equals(key(group[0]), key(happened)))
            {
                group.Add(happened);
                continue;
            }
            if (group is not null) yield return group;
            group = [happened];
        }
        if (group is not null) yield return group;
    }
}
