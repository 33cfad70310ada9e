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
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var started = await runner.StartAsync(ChatTurns.Request(messages, options, prompt, variables) with { OnAsk = ToolDecision.Deny }, cancellationToken);
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
