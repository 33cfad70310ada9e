using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>A model that does what the user's last text says: <c>say words</c>, <c>think</c>, <c>call tool {json}</c>, <c>chain number tool</c>, <c>garble tool</c>, <c>system</c>, <c>history</c>, <c>parts</c>, <c>wait</c>, <c>fail</c>.</summary>
internal sealed class TalkingModel : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var list = messages.ToList();
        var asked = list.LastOrDefault(message => message.Role == ChatRole.User)?.Text.Trim() ?? "";
        await Task.Yield();
        if (asked.StartsWith("chain ", StringComparison.Ordinal))
        {
            var (chain, made) = (asked.Split(' '), list.AsEnumerable().Reverse().TakeWhile(message => message.Role != ChatRole.User).Count(message => message.Role == ChatRole.Tool));
            yield return Say(made < int.Parse(chain[1], CultureInfo.InvariantCulture) ? "Look. " : "Done.");
            if (made < int.Parse(chain[1], CultureInfo.InvariantCulture)) yield return new(ChatRole.Assistant, [new FunctionCallContent($"call_{chain[2]}_{made}", chain[2])]);
        }
        else if (asked.StartsWith("garble ", StringComparison.Ordinal))
        {
            yield return new(ChatRole.Assistant, [ToolValues.Call("call_" + asked[7..], asked[7..], JsonSerializer.SerializeToElement("{not json"))]);
        }
        else if (list[^1].Role == ChatRole.Tool)
        {
            yield return Say("Result: " + string.Join(", ", list[^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : result.Result?.ToString())));
        }
        else if (asked.StartsWith("say ", StringComparison.Ordinal))
        {
            var words = asked[4..].Split(' ');
            for (var i = 0; i < words.Length; i++) yield return Say(i == 0 ? words[i] : " " + words[i]);
        }
        else if (asked.StartsWith("call ", StringComparison.Ordinal))
        {
            var call = asked.Split(' ', 3);
            yield return new(ChatRole.Assistant, [new FunctionCallContent("call_" + call[1], call[1], JsonSerializer.Deserialize<Dictionary<string, object?>>(call[2]))]);
        }
        else if (asked.StartsWith("parts", StringComparison.Ordinal))
        {
            yield return Say(string.Join(" ", list[^1].Contents.Select(part => part switch { DataContent data => data.MediaType, TextContent text => text.Text, _ => part.GetType().Name })));
        }
        else if (asked == "think")
        {
            yield return new(ChatRole.Assistant, [new TextReasoningContent("Hm.")]);
            yield return Say("Yes.");
        }
        else if (asked == "wait")
        {
            yield return Say("Half");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        else if (asked == "fail")
        {
            throw new TurnException(TurnErrorCode.ProviderUnauthorized, "The provider does not know the key.");
        }
        else
        {
            yield return Say(asked == "system" ? list[0].Text : string.Join(" ", list.Where(message => message.Role == ChatRole.User).Select(message => message.Text)));
        }
        yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 10, OutputTokenCount = 2 })]) { FinishReason = ChatFinishReason.Stop };
    }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }

    private static ChatResponseUpdate Say(string text) => new(ChatRole.Assistant, text);
}
