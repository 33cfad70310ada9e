using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Providers.Http;
using Turnpike.Turns;
using Turnpike.Turns.Recordings;
using InputJsonDelta = Anthropic.Models.Messages.InputJsonDelta;
using RawMessageStreamEvent = Anthropic.Models.Messages.RawMessageStreamEvent;

namespace Turnpike.Providers.Anthropic;

/// <summary>
/// The SDK's chat client, with what it leaves out: sampling parameters, provider options, the words of a failed tool, an error
/// for content it would drop, and an error for a stream that ends too soon.
/// </summary>
internal sealed class AnthropicChatClient(IChatClient sdk, AnthropicOptions server, string model, ProviderFaults faults) : IChatClient
{
    private readonly ChatClientMetadata metadata = new(server.Name, server.BaseUrl, model);
    private readonly ExchangeSupport support = new(server.Record);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var names = ToolNames.Of(options?.Tools);
        return StreamAsync(AnthropicMessages.Of(messages, names), AnthropicRequest.Of(options, server, model, names), names, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType == typeof(ExchangeSupport) ? support
        : serviceType.IsInstanceOfType(this) ? this
        : sdk.GetService(serviceType, serviceKey);

    public void Dispose() => sdk.Dispose();

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        List<ChatMessage> messages, ChatOptions options, ToolNames names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var updates = sdk.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        ChatResponseUpdate? last = null;
        var called = new StrongBox<string?>();
        ChatFinishReason? finish = null;
        UsageContent? usage = null;
        while (await NextAsync(updates, last is null ? called : null, cancellationToken))
        {
            last = updates.Current;
            finish = last.FinishReason ?? finish;
            usage = last.Contents.OfType<UsageContent>().LastOrDefault() ?? usage;
            last.FinishReason = null;
            var isPiece = last.RawRepresentation is RawMessageStreamEvent raw && raw.TryPickContentBlockDelta(out var delta) && delta.Delta.Value is InputJsonDelta; // of a tool call, which comes whole: meanwhile the model is not silent
            last.RawRepresentation = null;
            last.Contents = [.. last.Contents.Where(Says).Select(content => Ours(content, names))];
            if (called.Value is { } request) (last.AdditionalProperties ??= [])[ModelOptionKeys.RequestId] = request;
            if (!isPiece && last.Contents.Count == 0) continue;
            called.Value = null;
            yield return last;
        }
        if (finish is null) throw faults.Broken("ended before the answer did");
        yield return new(ChatRole.Assistant, usage is null ? [] : [usage])
        {
            FinishReason = finish,
            ResponseId = last?.ResponseId,
            MessageId = last?.MessageId,
            ModelId = last?.ModelId,
        };
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, StrongBox<string?>? called, CancellationToken cancellationToken)
    {
        if (called is not null) AnthropicHandler.Called = called;
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception error) when (error is not (TurnException or OperationCanceledException))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw AnthropicFaults.Translate(error, faults, model);
        }
    }

    private static bool Says(AIContent content) => content switch
    {
        UsageContent => false,
        TextContent text => text.Text.Length > 0 || text.Annotations is { Count: > 0 },
        TextReasoningContent thought => thought.Text.Length > 0 || thought.ProtectedData is { Length: > 0 }, // a block begins with an empty signature
        _ => true,
    };

    private static AIContent Ours(AIContent content, ToolNames names) => content switch
    {
        FunctionCallContent call when names.In(call.Name) is var name && name != call.Name => new FunctionCallContent(call.CallId, name, call.Arguments) { Exception = call.Exception, AdditionalProperties = call.AdditionalProperties },
        TextReasoningContent thought => RedactedThinking.Marked(thought),
        _ => content,
    };
}
