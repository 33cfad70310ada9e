using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Pipeline;

/// <summary>
/// A prompt as a chat client, for whatever takes one: the messages are the turn's history and its typed text, the prompt's own come with them. Tools of the
/// options are executed by whoever calls; those of the prompt are run here.
/// </summary>
/// <param name="runner">Runs the turns.</param>
/// <param name="prompt">The prompt; null: none.</param>
/// <param name="variables">Values for its variables.</param>
public sealed class PromptChatClient(TurnRunner runner, PromptReference? prompt, IReadOnlyDictionary<string, System.Text.Json.JsonElement>? variables = null) : IChatClient
{
    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="TurnException">What stopped the turn.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var started = await runner.StartAsync(Request([.. messages], options), cancellationToken);
        var isOver = false;
        try
        {
            await foreach (var events in runner.SubscribeAsync(started.Turn.Id, 0, cancellationToken))
            {
                foreach (var happened in events)
                {
                    isOver |= happened.IsFinal;
                    if (Update(happened) is { } update) yield return update;
                }
            }
        }
        finally
        {
            if (!isOver) await runner.CancelAsync(started.Turn.Id, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The runner belongs to whoever made it.
    }

    private TurnRequest Request(List<ChatMessage> messages, ChatOptions? options)
    {
        var system = string.Join("\n\n", messages.TakeWhile(message => message.Role == ChatRole.System).Select(message => message.Text).Append(options?.Instructions).Where(text => !string.IsNullOrEmpty(text)));
        messages.RemoveRange(0, messages.TakeWhile(message => message.Role == ChatRole.System).Count());
        var typed = messages is [.., { } last] && last.Role == ChatRole.User && last.Contents.All(part => part is TextContent) ? last.Text : "";
        if (typed.Length > 0) messages.RemoveAt(messages.Count - 1);
        return new()
        {
            Prompt = prompt,
            Variables = variables ?? new Dictionary<string, System.Text.Json.JsonElement>(),
            Content = typed,
            History = messages,
            System = system.Length == 0 ? null : new(system, prompt is null ? SystemMode.Replace : SystemMode.Append),
            Compose = prompt is null ? ComposeMode.Transparent : ComposeMode.Full,
            Triggers = TriggerReading.FaceOff,
            Store = false,
            Model = options?.ModelId,
            Parameters = Parameters(options),
            ClientTools = [.. options?.Tools?.OfType<AIFunctionDeclaration>().Select(tool => new ClientTool { Name = tool.Name, Description = tool.Description, Schema = tool.JsonSchema }) ?? []],
            OnWait = OnWait.HandOver,
            OnAsk = ToolDecision.Deny,
        };
    }

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
        ParallelToolCalls = options.AllowMultipleToolCalls,
        ToolChoice = options.ToolMode switch { NoneChatToolMode => "none", AutoChatToolMode => "auto", RequiredChatToolMode required => required.RequiredFunctionName ?? "required", _ => null },
    };

    private static ChatResponseUpdate? Update(TurnEvent happened) => happened switch
    {
        TextDelta { Text.Length: > 0 } said => Said(happened, new TextContent(said.Text)),
        ReasoningDelta thought => Said(happened, new TextReasoningContent(thought.Text)),
        ToolCall { Execution: OpenCall.Client } call => Said(happened, ToolValues.Call(call.CallId, call.Name, TurnFold.Arguments(call.Arguments))),
        TurnCompleted completed => new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = completed.Usage.InputTokens, OutputTokenCount = completed.Usage.OutputTokens, TotalTokenCount = completed.Usage.InputTokens + completed.Usage.OutputTokens, CachedInputTokenCount = completed.Usage.CachedTokens, ReasoningTokenCount = completed.Usage.ReasoningTokens })])
        {
            ResponseId = happened.Turn,
            FinishReason = completed.FinishReason switch { "length" or "limit" => ChatFinishReason.Length, "toolCalls" => ChatFinishReason.ToolCalls, "contentFilter" => ChatFinishReason.ContentFilter, _ => ChatFinishReason.Stop },
        },
        TurnFailed failed => throw new TurnException(Array.Find(Enum.GetValues<TurnErrorCode>(), code => code.Text() == failed.Code), failed.Message),
        TurnCancelled => throw new OperationCanceledException("The turn was cancelled."),
        TurnInterrupted interrupted => throw new TurnException(TurnErrorCode.InternalError, interrupted.Reason ?? "The turn was interrupted."),
        _ => null,
    };

    private static ChatResponseUpdate Said(TurnEvent happened, AIContent content) => new(ChatRole.Assistant, [content]) { ResponseId = happened.Turn, MessageId = happened.Turn, CreatedAt = happened.At };
}
