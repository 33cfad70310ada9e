using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Pipeline;

/// <summary>A chat client's call as a turn, and the turn's events as the updates of its answer.</summary>
internal static class ChatTurns
{
    /// <summary>The turn of a call: leading system messages and instructions are its system text, the user's last text what is typed, all between history. Nothing is stored.</summary>
    /// <param name="given">The messages.</param>
    /// <param name="options">The options; null: none.</param>
    /// <param name="prompt">The prompt; null: none.</param>
    /// <param name="variables">Values for its variables; null: none.</param>
    /// <param name="keepsSystem">Whether leading system messages are history as well, because later calls will not bring them again.</param>
    public static TurnRequest Request(IEnumerable<ChatMessage> given, ChatOptions? options, PromptReference? prompt, IReadOnlyDictionary<string, JsonElement>? variables, bool keepsSystem = false)
    {
        var messages = given.ToList();
        var leading = keepsSystem ? 0 : messages.TakeWhile(message => message.Role == ChatRole.System).Count();
        var system = string.Join("\n\n", messages.Take(leading).Select(message => message.Text).Append(options?.Instructions).Where(text => !string.IsNullOrEmpty(text)));
        messages.RemoveRange(0, leading);
        var (typed, author) = messages is [.., { } last] && last.Role == ChatRole.User && last.Contents.All(part => part is TextContent) ? (last.Text, last.AuthorName) : ("", null);
        if (typed.Length > 0) messages.RemoveAt(messages.Count - 1);
        return new()
        {
            Prompt = prompt,
            Variables = variables ?? new Dictionary<string, JsonElement>(),
            Content = typed,
            Author = typed.Length > 0 ? author : null,
            History = messages,
            System = system.Length == 0 ? null : new(system, prompt is null ? SystemMode.Replace : SystemMode.Append),
            Compose = prompt is null ? ComposeMode.Transparent : ComposeMode.Full,
            Triggers = TriggerReading.FaceOff,
            Store = false,
            Restart = false, // an update that was told cannot be taken back
            Model = options?.ModelId,
            Parameters = Parameters(options),
            ClientTools = [.. options?.Tools?.OfType<AIFunctionDeclaration>().Select(tool => new ClientTool { Name = tool.Name, Description = tool.Description, Schema = tool.JsonSchema }) ?? []],
            OnWait = OnWait.HandOver,
        };
    }

    /// <summary>The messages without the parts that only say something to who calls, such as usage and approvals, and without those of answers that only their vendor understands.</summary>
    /// <exception cref="NotSupportedException">A part of the user is of a kind that no turn carries.</exception>
    public static IReadOnlyList<ChatMessage> Sendable(IReadOnlyList<ChatMessage> messages) =>
        [.. messages.Select(message => new ChatMessage(message.Role, [.. message.Contents.Where(part => IsSendable(message.Role, part))]) { AuthorName = message.AuthorName }).Where(message => message.Contents.Count > 0)];

    /// <summary>Whether a part of a message goes to the model.</summary>
    /// <exception cref="NotSupportedException">It is the user's, and of a kind that no turn carries.</exception>
    public static bool IsSendable(ChatRole role, AIContent part) => part switch
    {
        TextContent or TextReasoningContent or DataContent or UriContent or FunctionCallContent or FunctionResultContent => true,
        HostedFileContent => role == ChatRole.User, // in an answer it is a file that a vendor made
        UsageContent or ErrorContent or InputRequestContent or InputResponseContent => false,
        _ when role != ChatRole.User => false,
        _ => throw new NotSupportedException($"A message of the user has a part \"{part.GetType().Name}\", which no turn carries. Send text, media as DataContent or UriContent, or an uploaded file as HostedFileContent."),
    };

    /// <summary>What an event adds to the answer; null: nothing.</summary>
    /// <exception cref="TurnException">The turn failed.</exception>
    /// <exception cref="OperationCanceledException">The turn was cancelled.</exception>
    public static ChatResponseUpdate? Update(TurnEvent happened) => happened switch
    {
        TextDelta { Text.Length: > 0 } said => Said(happened, new TextContent(said.Text)),
        ReasoningDelta thought => Said(happened, new TextReasoningContent(thought.Text) { ProtectedData = thought.Protected }), // the provider wants it back with the message
        ToolCall { Execution: OpenCall.Client } call => Said(happened, ToolValues.Call(call.CallId, call.Name, TurnFold.Arguments(call.Arguments))),
        TurnCompleted completed => new(ChatRole.Assistant, [new UsageContent(Usage(completed.Usage))]) { ResponseId = happened.Turn, FinishReason = Reason(completed.FinishReason) },
        TurnFailed failed => throw new TurnException(TurnErrorCodes.Find(failed.Code) ?? TurnErrorCode.InternalError, failed.Message, failed.Cause) { RetryAfter = failed.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null },
        TurnCancelled => throw new OperationCanceledException("The turn was cancelled."),
        TurnInterrupted interrupted => throw new TurnException(TurnErrorCode.InternalError, interrupted.Reason ?? "The turn was interrupted."),
        _ => null,
    };

    /// <summary>An update that says this.</summary>
    public static ChatResponseUpdate Said(TurnEvent happened, AIContent content) => new(ChatRole.Assistant, [content]) { ResponseId = happened.Turn, MessageId = happened.Turn, CreatedAt = happened.At };

    private static TurnParameters? Parameters(ChatOptions? options) => options is null ? null : new()
    {
        Temperature = options.Temperature,
        TopP = options.TopP,
        TopK = options.TopK,
        MaxOutputTokens = options.MaxOutputTokens,
        PresencePenalty = options.PresencePenalty,
        FrequencyPenalty = options.FrequencyPenalty,
        Seed = options.Seed,
        Stop = options.StopSequences is { Count: > 0 } stop ? [.. stop] : null,
        ReasoningEffort = Effort(options.Reasoning?.Effort),
        ParallelToolCalls = options.AllowMultipleToolCalls,
        ToolChoice = options.ToolMode switch { NoneChatToolMode => "none", AutoChatToolMode => "auto", RequiredChatToolMode required => required.RequiredFunctionName ?? "required", _ => null },
        ResponseFormat = Format(options.ResponseFormat),
    };

    private static string? Effort(ReasoningEffort? effort) => effort switch
    {
        null => null,
        ReasoningEffort.ExtraHigh => "xhigh",
        { } level => level.ToString().ToLowerInvariant(),
    };

    private static System.Text.Json.Nodes.JsonObject? Format(ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson { Schema: { } schema } json => new() { ["type"] = "json_schema", ["name"] = json.SchemaName ?? "answer", ["schema"] = System.Text.Json.Nodes.JsonObject.Create(schema) },
        ChatResponseFormatJson => new() { ["type"] = "json_object" },
        _ => null,
    };

    private static UsageDetails Usage(TurnUsage usage) => new()
    {
        InputTokenCount = usage.InputTokens,
        OutputTokenCount = usage.OutputTokens,
        TotalTokenCount = usage.InputTokens + usage.OutputTokens,
        CachedInputTokenCount = usage.CachedTokens,
        ReasoningTokenCount = usage.ReasoningTokens,
    };

    private static ChatFinishReason Reason(string? reason) => reason switch
    {
        "length" or "limit" => ChatFinishReason.Length,
        "toolCalls" => ChatFinishReason.ToolCalls,
        "contentFilter" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };
}
