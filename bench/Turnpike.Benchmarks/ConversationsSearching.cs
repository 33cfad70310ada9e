using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Benchmarks;

/// <summary>Search over a million messages in SQLite: 25,000 conversations of 20 turns, words by Zipf's law. Making them takes minutes.</summary>
public class ConversationsSearching : IDisposable
{
    private const int Conversations = 25_000;
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-bench-").FullName;
    private readonly Random _random = new(1);
    private readonly double[] _upTo = new double[30_000];
    private ServiceProvider _services = null!;
    private IConversationStore _store = null!;

    /// <summary>A rare word, one that a tenth of the turns have, two of them, and one that nearly all have.</summary>
    [Params("w5000", "w50x", "w50x w120x", "w0x")]
    public string Query { get; set; } = "";

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        _services = new ServiceCollection().AddTurnpikeSqlite(Path.Combine(_folder, "bench.db")).BuildServiceProvider();
        _store = _services.GetRequiredService<IConversationStore>();
        for (var i = 0; i < _upTo.Length; i++) _upTo[i] = (i == 0 ? 0 : _upTo[i - 1]) + (1.0 / (i + 1));
        for (var first = 0; first < Conversations; first += 250)
        {
            var some = Enumerable.Range(first, 250).Select(n => new Conversation { Id = $"conv_{n}", Head = $"turn_{n}_19", Title = Words(4), CreatedAt = Noon, UpdatedAt = Noon.AddSeconds(_random.Next(1_000_000)) }).ToList();
            var turns = some.SelectMany(conversation => Enumerable.Range(0, 20).Select(n => Turn(conversation, n))).ToList();
            await _services.GetRequiredService<ITurnStore>().ImportAsync(new() { Conversations = some, Turns = turns }, default);
        }
    }

    private TurnBeginning Turn(Conversation conversation, int n)
    {
        var id = $"turn_{conversation.Id[5..]}_{n}";
        var (asked, answered) = (Words(15), Words(45));
        return GivenTurn.Beginning(new()
        {
            Id = id,
            Conversation = conversation.Id,
            Parent = n == 0 ? null : $"turn_{conversation.Id[5..]}_{n - 1}",
            Status = TurnStatus.Completed,
            CleanedContent = asked,
            Answer = answered,
            Messages = [new(ChatRole.User, asked), new(ChatRole.Assistant, answered)],
            Model = "bench/model",
            CreatedAt = Noon,
            EndedAt = Noon,
        }, conversation, null) with { IsNewConversation = false };
    }

    private string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => $"w{Index()}x"));

    private int Index() => Array.BinarySearch(_upTo, _random.NextDouble() * _upTo[^1]) is var at && at < 0 ? ~at : at;

    [Benchmark]
    public Task<Page<Conversation>> Search() => _store.ListAsync(new() { Query = Query }, default);

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
