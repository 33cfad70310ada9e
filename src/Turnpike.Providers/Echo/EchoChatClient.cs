using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers.Echo;

/// <summary>Streams an account of the request word by word, or the tool calls that its newest text asks for.</summary>
internal sealed partial class EchoChatClient(string provider, string model, TimeSpan pace, TimeProvider clock) : IChatClient
{
    private readonly ChatClientMetadata metadata = new(provider, null, model);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync([.. messages], options ?? new(), cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // Nothing is held.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(List<ChatMessage> messages, ChatOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = messages.FindLastIndex(message => message.Role == ChatRole.User && message.Text.Length > 0);
        var results = messages.Skip(asked + 1).SelectMany(message => message.Contents).OfType<FunctionResultContent>().ToList();
        var calls = results.Count == 0 && asked >= 0 ? EchoCalls.Read(messages[asked].Text, options) : new([], []);
        var text = results.Count > 0 ? EchoText.OfResults(results, messages)
            : calls.Asked.Count > 0 ? EchoText.OfCalls(calls.Asked)
            : EchoText.OfRequest($"{provider}/{model}", messages, options, calls.Problems);
        foreach (Match word in Words().Matches(text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pace > TimeSpan.Zero) await Task.Delay(pace, clock, cancellationToken);
            yield return Update(new TextContent(word.Value));
        }
        var earlier = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Count();
        var last = Update([.. calls.Asked.Select((call, n) => new FunctionCallContent(string.Create(CultureInfo.InvariantCulture, $"call_echo_{earlier + n + 1}"), call.Tool, call.Arguments))]);
        last.FinishReason = calls.Asked.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        yield return last;
    }

    private ChatResponseUpdate Update(params AIContent[] contents) => new(ChatRole.Assistant, [.. contents]) { ModelId = model };

    [GeneratedRegex(@"\s*\S+\s*")]
    private static partial Regex Words();
}
