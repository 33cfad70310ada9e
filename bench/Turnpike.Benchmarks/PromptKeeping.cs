using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Storage.Sql;

namespace Turnpike.Benchmarks;

/// <summary>Promise: with 100,000 prompts of five versions each in SQLite, one is got within 1 ms, a page listed within 5 ms and searched within 30 ms. The file is filled once and kept in the temporary folder.</summary>
[MemoryDiagnoser]
public class PromptKeeping : IDisposable
{
    private const int Count = 100_000;
    private const int Versions = 5;
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"turnpike-bench-{Count}-prompts");
    private static readonly string[] Topics = ["travel", "mail", "contract", "invoice", "support", "garden", "music", "harbour", "weather", "recipe"];

    private ServiceProvider _services = null!;
    private IPromptStore _store = null!;
    private string _cursor = "";
    private int _turn;

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        Directory.CreateDirectory(Folder);
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(Path.Combine(Folder, "bench.db"));
        services.AddTurnpike();
        _services = services.BuildServiceProvider();
        _store = _services.GetRequiredService<IPromptStore>();
        if (await _store.LocateAsync(Key(Count - 1), Versions.ToString(System.Globalization.CultureInfo.InvariantCulture), default) is null) await FillAsync();
        var page = (await _store.ListAsync(new(), default)).Next;
        for (var i = 0; i < 20; i++) page = (await _store.ListAsync(new() { After = page }, default)).Next;
        _cursor = page!;
    }

    [Benchmark]
    public async Task<Prompt?> GetByKey() => await _store.FindAsync(Key(Next()), null, default);

    [Benchmark]
    public async Task<Prompt?> GetByLabel() => await _store.FindAsync(Key(Next() / 10 * 10), "production", default);

    [Benchmark]
    public async Task<PromptPlace?> Locate() => await _store.LocateAsync(Key(Next()), null, default);

    [Benchmark]
    public async Task<Page<Prompt>> ListFirstPage() => await _store.ListAsync(new(), default);

    [Benchmark]
    public async Task<Page<Prompt>> ListALaterPage() => await _store.ListAsync(new() { After = _cursor }, default);

    /// <summary>A tag that one prompt in ten has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> ListByTag() => await _store.ListAsync(new() { Tag = "harbour" }, default);

    /// <summary>A tag that one prompt in a thousand has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> ListByARareTag() => await _store.ListAsync(new() { Tag = "team777" }, default);

    /// <summary>A word that one prompt has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> SearchOne() => await _store.ListAsync(new() { Query = $"unique{Next()}x" }, default);

    /// <summary>A word that one prompt in a thousand has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> SearchFew() => await _store.ListAsync(new() { Query = "rare777" }, default);

    /// <summary>A word that one prompt in ten has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> SearchMany() => await _store.ListAsync(new() { Query = "harbour" }, default);

    /// <summary>The beginning of a word that every prompt has, and one that one in ten has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> SearchAllAndMany() => await _store.ListAsync(new() { Query = "answer harb" }, default);

    /// <summary>A word that every prompt has.</summary>
    [Benchmark]
    public async Task<Page<Prompt>> SearchAll() => await _store.ListAsync(new() { Query = "answer" }, default);

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private int Next() => (_turn = (_turn + 7919) % Count);

    private static string Key(int i) => $"{Topics[i % Topics.Length]}/guide-{i}";

    private static Prompt One(int i) => new()
    {
        Key = Key(i),
        Title = $"Guide {i} for {Topics[i % Topics.Length]}",
        Description = $"Answers what people ask, unique{i}x.",
        Tags = [Topics[i % Topics.Length], $"team{i % 1000}"],
        Variables = [new() { Name = "city", Required = true }],
        Messages =
        [
            new() { Role = "system", Content = [new() { Type = "text", Text = "You answer in {{city}}, as rare" + i % 1000 + string.Concat(Enumerable.Repeat(" Be kind, be brief, say what you know and how you know it.", 15)) }] },
            new() { Role = "user", Content = [new() { Type = "text", Text = "Help with {{input}}" }] },
        ],
    };

    /// <summary>First versions as they are saved, later ones as copies of them in SQL; every tenth prompt has a label.</summary>
    private async Task FillAsync()
    {
        for (var at = 0; at < Count; at += 1000) await _store.SaveAllAsync([.. Enumerable.Range(at, 1000).Select(One)], default);
        var database = _services.GetRequiredService<SqlDatabase>();
        for (var version = 2; version <= Versions; version++)
        {
            var number = (long)version;
            await database.WriteAsync(async session =>
            {
                await session.ExecuteAsync("INSERT INTO prompt_contents (hash, json) SELECT hash || '-' || @version, json FROM prompt_contents WHERE hash NOT LIKE '%-%'", ("@version", number));
                return await session.ExecuteAsync("INSERT INTO prompt_versions (key, version, hash, created_at, author, note, search, tags) SELECT key, @version, hash || '-' || @version, created_at, author, note, search, tags FROM prompt_versions WHERE version = 1", ("@version", number));
            }, default);
        }
        await database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("INSERT INTO prompt_labels (key, label, version) SELECT key, 'production', 3 FROM prompts WHERE search_id % 10 = 1");
            return await session.ExecuteAsync("UPDATE prompts SET newest = @newest, saved_at = saved_at + search_id", ("@newest", (long)Versions));
        }, default);
    }
}
