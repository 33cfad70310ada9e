using System.Globalization;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Benchmarks;

/// <summary>Promise: among a million messages in SQLite (500,000 turns of 25,000 conversations) any words are found within 100 ms. The file is filled once and kept in the temporary folder.</summary>
[MemoryDiagnoser]
public class ConversationsSearching : IDisposable
{
    private const int Conversations = 25_000;
    private const int Turns = 20;
    private const int Words = 60;
    private const string InsertTurn = "INSERT INTO turns (id, conversation, status, model, created_at, ended_at, json) VALUES (@id, @conversation, 'completed', 'm', @at, @at, '{}')";
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"turnpike-bench-{Conversations}-conversations");
    private ServiceProvider _services = null!;
    private IConversationStore _store = null!;

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        Directory.CreateDirectory(Folder);
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(Path.Combine(Folder, "bench.db"));
        services.AddTurnpike();
        _services = services.BuildServiceProvider();
        _store = _services.GetRequiredService<IConversationStore>();
        if (await _store.FindAsync(Id(Conversations - 1), default) is null) await FillAsync();
    }

    /// <summary>A word that one turn has.</summary>
    [Benchmark]
    public Task<Page<Conversation>> One() => FindAsync("unique777x3");

    /// <summary>A word that one conversation in a hundred has.</summary>
    [Benchmark]
    public Task<Page<Conversation>> Few() => FindAsync("hundredth");

    /// <summary>A word that one turn in ten has.</summary>
    [Benchmark]
    public Task<Page<Conversation>> Many() => FindAsync("tenth");

    /// <summary>Two words that one turn in ten has each.</summary>
    [Benchmark]
    public Task<Page<Conversation>> TwoOfMany() => FindAsync("tenth decimal");

    /// <summary>A word that all turns have.</summary>
    [Benchmark]
    public Task<Page<Conversation>> All() => FindAsync("everywhere");

    /// <summary>The beginning of a word, as it is typed, that all turns have.</summary>
    [Benchmark]
    public Task<Page<Conversation>> Beginning() => FindAsync("ev");

    /// <summary>One letter, with which words of all turns begin.</summary>
    [Benchmark]
    public Task<Page<Conversation>> Letter() => FindAsync("w");

    /// <summary>A beginning that all turns have, each in a word of its own.</summary>
    [Benchmark]
    public Task<Page<Conversation>> Shared() => FindAsync("uniq");

    /// <summary>A beginning that a hundred turns have, each in a word of its own.</summary>
    [Benchmark]
    public Task<Page<Conversation>> SharedByFew() => FindAsync("unique12345");

    /// <summary>A word that all turns of the older half have and none of the newer half.</summary>
    [Benchmark]
    public Task<Page<Conversation>> AllOlder() => FindAsync("yesteryear");

    /// <summary>A word that all have and one that one conversation has.</summary>
    [Benchmark]
    public Task<Page<Conversation>> AllAndOne() => FindAsync("everywhere unique777x3");

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private Task<Page<Conversation>> FindAsync(string words) => _store.ListAsync(new() { Query = words }, default);

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"conv_{number:D8}");

    private async Task FillAsync()
    {
        var (database, random) = (_services.GetRequiredService<SqlDatabase>(), new Random(7));
        for (var first = 0; first < Conversations; first += 100)
        {
            var from = first;
            await database.WriteAsync(async session =>
            {
                for (var i = from; i < from + 100; i++) await FillAsync(session, i, random);
                return true;
            }, default);
        }
    }

    private async Task FillAsync(SqlSession session, int number, Random random)
    {
        var sql = ConversationSearchSql.Of(session.Connection);
        var at = Noon.AddMinutes(number);
        await session.ExecuteAsync(sql.Insert, ("@id", Id(number)), ("@head", null), ("@forkedFrom", null), ("@updatedAt", at.ToUnixTimeMilliseconds()), ("@search", ""),
            ("@json", $$"""{"id":"{{Id(number)}}","title":"Conversation {{number}}","createdAt":"{{at:O}}","updatedAt":"{{at:O}}"}"""), ("@project", null), ("@pinned", 0L), ("@starred", 0L), ("@archived", 0L));
        for (var turn = 0; turn < Turns; turn++)
        {
            var words = Enumerable.Range(0, Words).Select(_ => $"w{(int)(50_000 * Math.Pow(random.NextDouble(), 3))}x").ToHashSet();
            words.UnionWith(["everywhere", $"unique{number}x{turn}", number < Conversations / 2 ? "yesteryear" : "nowadays"]);
            if (random.Next(10) == 0) words.Add("tenth");
            if (random.Next(10) == 0) words.Add("decimal");
            if (number % 100 == 0) words.Add("hundredth");
            var id = $"turn_{number}_{turn}";
            await session.ExecuteAsync(InsertTurn, ("@id", id), ("@conversation", Id(number)), ("@at", at.ToUnixTimeMilliseconds()));
            await session.ExecuteAsync(sql.PlaceTurn!, ("@id", id));
            await session.ExecuteAsync(sql.AddTurn, ("@words", string.Join(' ', words)), ("@id", id));
        }
    }
}
