using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

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
    /// <exception cref="NotSupportedException">The options name a conversation, or a part of the user's is of a kind that no turn carries.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (options?.ConversationId is not null) throw new NotSupportedException("The options name a conversation (ConversationId), and this client keeps none. Send all messages with each call, without it, or run the turns of a conversation with TurnRunner.");
        var request = ChatTurns.Request(messages, options, prompt, variables);
        var started = await runner.StartAsync(request with { History = ChatTurns.Sendable(request.History!), OnAsk = ToolDecision.Deny }, cancellationToken);
        var (isOver, model) = (false, (string?)null);
        try
        {
            await foreach (var events in runner.SubscribeAsync(started.Turn.Id, 0, cancellationToken))
            {
                foreach (var happened in events)
                {
                    isOver |= happened.IsFinal;
                    model = (happened as StepStarted)?.Model ?? model;
                    if (ChatTurns.Update(happened) is not { } update) continue;
                    update.ModelId = model;
                    yield return update;
                }
            }
        }
        finally
        {
            if (!isOver && !runner.IsStopping) await runner.CancelAsync(started.Turn.Id, CancellationToken.None);
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
}
