using System.Buffers;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Storage;
using Turnpike.Turns.Json;

namespace Turnpike.Benchmarks;

/// <summary>
/// Doors 6 and 7 and a reader: deltas from a chat client through the model stream to the log on disk and into a buffer as server-sent events. The client gives
/// four deltas at a time, as a provider's packets do.
/// </summary>
[MemoryDiagnoser]
public class RoadStreaming : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-bench-").FullName;
    private ServiceProvider _services = null!;
    private TurnRunner _runner = null!;
    private TokenModel _model = null!;

    [Params(1_000, 10_000)]
    public int Deltas { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _model = new(Deltas);
        var services = new ServiceCollection();
        services.AddTurnpike().AddModel("bench/model", _model).UseModel("bench/model");
        services.AddTurnpikeSqlite(Path.Combine(_folder, "bench.db"));
        _services = services.BuildServiceProvider();
        _runner = _services.GetRequiredService<TurnRunner>();
    }

    /// <summary>One turn; divide by the deltas.</summary>
    [Benchmark]
    public async Task<long> Turn()
    {
        var started = await _runner.StartAsync(new() { Content = "Go" }, default);
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        var written = 0L;
        await foreach (var batch in _runner.SubscribeAsync(started.Turn.Id, 0, default))
        {
            foreach (var happened in batch) TurnEventJson.WriteSse(buffer, happened);
            written += buffer.WrittenCount;
            buffer.ResetWrittenCount();
        }
        return written;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private sealed class TokenModel(int deltas) : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < deltas; i++)
            {
                yield return new(ChatRole.Assistant, " token");
                if (i % 4 == 3) await Task.Yield();
            }
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
