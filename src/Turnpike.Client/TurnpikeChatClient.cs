using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Client;

/// <summary>
/// A prompt of a server as a chat client, for whatever takes one. Tools of the options are executed by whoever calls, those of the prompt on the server. A lost
/// connection is made again where it broke; who stops reading cancels the turn. Triggers in the text are read only if the prompt says so.
/// </summary>
/// <param name="turnpike">The server.</param>
/// <param name="prompt">The prompt; null: none, and the messages are sent as they are.</param>
/// <param name="variables">Values for its variables.</param>
public sealed class TurnpikeChatClient(TurnpikeClient turnpike, PromptReference? prompt = null, IReadOnlyDictionary<string, JsonElement>? variables = null) : IChatClient
{
    /// <summary>
    /// Whether the server keeps the conversation. Then each update has its <see cref="ChatResponseUpdate.ConversationId"/>, and a call whose options name it brings only
    /// what is new: text, media, tool results, approvals. System messages of the call that begins it stay in it; those of a later call are of that call's turn only. Off, nothing is stored and each call
    /// brings all its messages.
    /// </summary>
    public bool Keeps { get; init; }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="TurnException">What stopped the turn.</exception>
    /// <exception cref="ServerUnreachableException">The server does not answer.</exception>
    /// <exception cref="NotSupportedException">The options name a conversation and <see cref="Keeps"/> is off, or a part of the user's is of a kind that no turn carries.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var calls = new Dictionary<string, ToolCall>(StringComparer.Ordinal);
        var (turn, model, isOver) = ((string?)null, (string?)null, false);
        try
        {
            await foreach (var happened in turnpike.RunAsync(Request(messages, options), cancellationToken))
            {
                (turn, isOver) = (happened.Turn, happened.IsFinal);
                model = (happened as StepStarted)?.Model ?? model;
                if (happened is ToolCall called) calls[called.CallId] = called;
                if ((happened is ToolApproval asked ? Ask(asked, calls) : ChatTurns.Update(happened)) is not { } update) continue;
                update.ModelId = model;
                if (Keeps) update.ConversationId = happened.Conversation;
                yield return update;
            }
        }
        finally
        {
            if (turn is not null && !isOver) await LeaveAsync(turn);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(turnpike) ? turnpike : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The connection belongs to whoever made it.
    }

    private TurnRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var conversation = options?.ConversationId;
        if (!Keeps && conversation is not null) throw new NotSupportedException("The options name a conversation (ConversationId), and this client keeps none. Set Keeps to true, or send all messages with each call and without it.");
        var request = ChatTurns.Request(messages, options, prompt, variables, keepsSystem: Keeps && conversation is null);
        if (!Keeps) return request with { History = ChatTurns.Sendable(request.History!) };
        request = request with { Store = null };
        return conversation is not null ? ChatAnswers.Into(request with { Conversation = conversation, History = null }, request.History!) : request with { History = request.History is { Count: > 0 } history ? ChatTurns.Sendable(history) : null };
    }

    private static ChatResponseUpdate Ask(ToolApproval asked, Dictionary<string, ToolCall> calls)
    {
        var call = calls[asked.CallId];
        var told = new McpServerToolCallContent(call.CallId, call.Name, call.Source) { Arguments = TurnFold.Arguments(call.Arguments) is { ValueKind: JsonValueKind.Object } arguments ? arguments.EnumerateObject().ToDictionary(member => member.Name, object? (member) => member.Value) : null };
        return ChatTurns.Said(asked, new ToolApprovalRequestContent(call.CallId, told));
    }

    private async Task LeaveAsync(string turn)
    {
        try
        {
            await turnpike.CancelAsync(turn, CancellationToken.None);
        }
        catch (Exception error) when (error is ServerUnreachableException or TurnException)
        {
            // Nobody is there to be told, or the turn has ended.
        }
    }
}
