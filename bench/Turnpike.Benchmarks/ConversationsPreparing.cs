using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Storage;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Benchmarks;

/// <summary>Doors 1 to 5 in SQLite, for a conversation of 20 and of 2,000 turns when the model's window keeps the same newest ones; and 20 resources of 200 kB.</summary>
[MemoryDiagnoser]
public class ConversationsPreparing : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-bench-").FullName;
    private ServiceProvider _services = null!;
    private TurnRunner _runner = null!;
    private TurnRequest _resources = null!;

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(Path.Combine(_folder, "bench.db"));
        services.AddTurnpike().AddModel("bench/model", new NoModel()).AddModel("bench/large", new NoModel()).UseModel("bench/model");
        services.Configure<ModelCatalogOptions>(options => options.Models["bench/model"] = new() { Id = "bench/model", Provider = "bench", ContextWindow = 3000 });
        _services = services.BuildServiceProvider();
        _runner = _services.GetRequiredService<TurnRunner>();
        foreach (var count in (int[])[20, 2000])
        {
            var conversation = new Conversation { Id = $"conv_{count}", Head = $"turn_{count}_{count}", CreatedAt = Noon, UpdatedAt = Noon };
            await _services.GetRequiredService<ITurnStore>().ImportAsync(new() { Conversations = [conversation], Turns = [.. Enumerable.Range(1, count).Select(n => GivenTurn.Beginning(Turn(count, n), conversation, null) with { IsNewConversation = false })] }, default);
        }
        _resources = new() { Content = "Compare.", Model = "bench/large", Resources = [.. Enumerable.Range(0, 20).Select(n => new ResourceInput { Id = $"res_{n}", Kind = "note", Text = string.Concat(Enumerable.Repeat($"Line {n} of the notes.\n", 200_000 / 22)) })] };
    }

    private static Turn Turn(int count, int n) => new()
    {
        Id = $"turn_{count}_{n}",
        Conversation = $"conv_{count}",
        Parent = n == 1 ? null : $"turn_{count}_{n - 1}",
        Number = n,
        Status = TurnStatus.Completed,
        Content = $"Question {n}: what should we see next, and why is it worth the walk?",
        Answer = new string('a', 500),
        Messages = [new(ChatRole.User, $"Question {n}: what should we see next, and why is it worth the walk?"), new(ChatRole.Assistant, new string('a', 500))],
        Model = "bench/model",
        CreatedAt = Noon.AddMinutes(n),
        EndedAt = Noon.AddMinutes(n),
    };

    [Benchmark(Baseline = true)]
    public Task<PreparedTurn> Prepare20() => _runner.PreviewAsync(new() { Conversation = "conv_20", Content = "And now?" }, default);

    [Benchmark]
    public Task<PreparedTurn> Prepare2000() => _runner.PreviewAsync(new() { Conversation = "conv_2000", Content = "And now?" }, default);

    [Benchmark]
    public Task<PreparedTurn> TwentyResources() => _runner.PreviewAsync(_resources, default);

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private sealed class NoModel : IChatClient
    {
        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
