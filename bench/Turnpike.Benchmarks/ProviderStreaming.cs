using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Turnpike.Providers.OpenAICompatible;

namespace Turnpike.Benchmarks;

/// <summary>What one streamed text delta costs in the OpenAI-compatible adapter: 10,000 deltas from memory, no network.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class ProviderStreaming : IDisposable
{
    private const int Deltas = 10_000;
    private OpenAICompatibleChatClient client = null!;
    private OpenAICompatibleServer server = null!;

    [Params(false, true)]
    public bool ReadByRead { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var body = new StringBuilder();
        for (var i = 0; i < Deltas; i++)
            body.Append($"data: {{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"word{i} \"}},\"logprobs\":null,\"finish_reason\":null}}]}}\n\n");
        body.Append("data: {\"id\":\"chatcmpl-bench\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        server = new(new() { Name = "memory", BaseUrl = new("http://memory/v1") }, TimeProvider.System, new Memory(Encoding.UTF8.GetBytes(body.ToString()), ReadByRead ? 200 : int.MaxValue));
        client = new OpenAICompatibleChatClient(server, "m");
    }

    [Benchmark(OperationsPerInvoke = Deltas)]
    public async Task<int> Delta()
    {
        var length = 0;
        await foreach (var update in client.GetStreamingResponseAsync([new(ChatRole.User, "go")]))
        {
            foreach (var content in update.Contents) if (content is TextContent text) length += text.Text.Length;
        }
        return length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class Memory(byte[] body, int piece) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new StreamContent(new Pieces(body, piece));
            content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }

    /// <summary>Gives at most so many bytes a read, as a network does that delivers token by token.</summary>
    private sealed class Pieces(byte[] body, int piece) : MemoryStream(body)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
