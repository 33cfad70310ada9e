using System.Collections.Concurrent;
using System.Text;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Recordings;

/// <summary>An OpenAI-compatible provider on loopback that answers each request with the next of the scripts it was given; the last one again when they are used up.</summary>
internal sealed class WireProvider : IAsyncDisposable
{
    private readonly RawServer _server;
    private int _asked;

    public WireProvider(params Func<RawExchange, Task>[] scripts) =>
        _server = RawServer.Start(exchange => scripts[Math.Min(Interlocked.Increment(ref _asked), scripts.Length) - 1](exchange)).Unlisted();

    public Uri Url => _server.Url;

    public ConcurrentQueue<RawRequest> Requests => _server.Requests;

    /// <summary>The settings of a server that knows it as <c>wire</c>.</summary>
    public (string Key, string Value)[] Settings(bool record = true) =>
    [
        ("Turnpike:Providers:0:Name", "wire"), ("Turnpike:Providers:0:BaseUrl", $"{Url}v1"), ("Turnpike:Providers:0:Key", Key), ("Turnpike:Providers:0:Record", record ? "true" : "false"),
        ("Turnpike:ModelCalls:Backoff", "00:00:00.001"),
    ];

    public const string Key = "sk-never-to-be-kept";

    public static string Said(string text, string finish = "\"stop\"") => $$$"""data: {"id":"a1","choices":[{"index":0,"delta":{"role":"assistant","content":"{{{text}}}"},"finish_reason":{{{finish}}}}]}""" + "\n\n";

    public const string Used = """data: {"id":"a1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}""" + "\n\n";

    public const string Done = "data: [DONE]\n\n";

    public static string Calls(string name, string arguments) =>
        $$$"""data: {"id":"a0","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"{{{name}}}","arguments":"{{{arguments.Replace("\"", "\\\"", StringComparison.Ordinal)}}}"}}]},"finish_reason":"tool_calls"}]}""" + "\n\n";

    /// <summary>A whole answer.</summary>
    public static Func<RawExchange, Task> Answers(params string[] events) => exchange => exchange.StreamAsync(events);

    /// <summary>An answer that breaks off.</summary>
    public static Func<RawExchange, Task> Breaks(params string[] events) => async exchange =>
    {
        await exchange.StartStreamAsync();
        await exchange.ChunksAsync(events);
        await Task.Yield();
    };

    /// <summary>A refusal.</summary>
    public static Func<RawExchange, Task> Refuses(string status, string body, string headers = "") =>
        exchange => exchange.SendAsync($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Connection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
