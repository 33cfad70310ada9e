using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Turnpike.Tests.Scripted;

/// <summary>A model that answers by a script and remembers what it was sent.</summary>
public sealed class ScriptedModel : IChatClient
{
    private readonly Queue<Func<ScriptedRequest, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>> _script = new();

    /// <summary>What it was sent, in order.</summary>
    public List<ScriptedRequest> Requests { get; } = [];

    public ScriptedRequest Last => Requests[^1];

    public ScriptedModel Says(params string[] words) => Answers((_, _) => Words(words));

    public ScriptedModel Calls(string tool, Dictionary<string, object?>? arguments = null, string id = "call_1") => CallsAll(new FunctionCallContent(id, tool, arguments ?? []));

    public ScriptedModel CallsAll(params FunctionCallContent[] calls) => Answers((_, stop) => Updates([
        new(ChatRole.Assistant, [.. calls]),
        new(ChatRole.Assistant, (string?)null) { FinishReason = ChatFinishReason.ToolCalls },
    ], stop));

    public ScriptedModel Fails(Exception error) => Answers((_, _) => Throw(error));

    public ScriptedModel Answers(Func<ScriptedRequest, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new ScriptedRequest([.. messages], options?.Clone() ?? new());
        lock (_script)
        {
            Requests.Add(request);
            return (_script.TryDequeue(out var answer) ? answer : (_, _) => Words(["ok"]))(request, cancellationToken);
        }
    }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() { }

    public static async IAsyncEnumerable<ChatResponseUpdate> Updates(IEnumerable<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in updates)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    public static IAsyncEnumerable<ChatResponseUpdate> Words(params string[] words) => Updates([
        .. words.Select(word => new ChatResponseUpdate(ChatRole.Assistant, word) { ResponseId = "resp-1" }),
        new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 10, OutputTokenCount = words.Length })]) { FinishReason = ChatFinishReason.Stop },
    ]);

    private static async IAsyncEnumerable<ChatResponseUpdate> Throw(Exception error)
    {
        await Task.Yield();
        if (error is not null) throw error;
        yield break;
    }
}
