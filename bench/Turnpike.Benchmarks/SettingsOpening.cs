using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Messages;
using Turnpike.Opening;
using Turnpike.Storage;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;

namespace Turnpike.Benchmarks;

/// <summary>Promise: with 10,000 rules and 2,000 projects on disk a draft is open within 2 ms. The project is the lowest of six.</summary>
[MemoryDiagnoser]
public class SettingsOpening : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-bench-").FullName;
    private readonly TurnRequest _request = new() { Content = "Hi", Project = "p1999", User = "ada", Organization = "acme", Rules = ["rule 7777", "tag:tag 77"] };
    private ServiceProvider _services = null!;
    private DraftOpener _opener = null!;
    private RuleResolver _rules = null!;
    private TurnDraft _draft = null!;

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(Path.Combine(_folder, "bench.db"));
        services.AddTurnpike();
        _services = services.BuildServiceProvider();
        var store = _services.GetRequiredService<ISettingsStore>();
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => store.SaveRuleAsync(new() { Name = $"rule {i}", Content = $"Say {i}.", AlwaysOn = i % 2000 == 0, Tags = [$"tag {i % 1000}"] }, default)));
        for (var i = 0; i < 2000; i++) await store.SaveProjectAsync(new() { Id = $"p{i}", Name = $"Project {i}", Parent = i == 0 ? null : $"p{(i - 1) / 4}" }, default);
        await store.SetVariablesAsync("user:ada", new Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonElement.Parse("\"Paris\"") }, default);
        _opener = _services.GetRequiredService<DraftOpener>();
        _rules = _services.GetRequiredService<RuleResolver>();
        _draft = await Open();
    }

    [Benchmark]
    public async Task<TurnDraft> Open() => await _opener.OpenAsync(_request, default);

    /// <summary>The five rules that are always on, one by name and ten by tag.</summary>
    [Benchmark]
    public async Task<object> FindRules() => await _rules.ResolveAsync(_draft, default);

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
