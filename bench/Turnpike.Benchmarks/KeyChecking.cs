using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage;
using Turnpike.Turns.Access;

namespace Turnpike.Benchmarks;

/// <summary>Promises: a warm check of a key under 5 µs, counting and settling a turn under 50 µs.</summary>
[MemoryDiagnoser]
public class KeyChecking : IDisposable
{
    private readonly string _secret = KeySecret.New();
    private readonly InMemoryBudgetStore _budgets = new();
    private readonly BudgetPeriod[] _periods = [new(BudgetPeriod.Running, 1000, long.MaxValue, long.MaxValue), new("day:2026-01-01", long.MaxValue, long.MaxValue, long.MaxValue)];
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-bench-").FullName;
    private ServiceProvider _services = null!;
    private IBudgetStore _disk = null!;
    private KeyRing _ring = null!;

    [GlobalSetup]
    public void Setup()
    {
        _services = new ServiceCollection().AddSingleton(TimeProvider.System).AddTurnpikeSqlite(Path.Combine(_folder, "bench.db")).BuildServiceProvider();
        _disk = _services.GetRequiredService<IBudgetStore>();
        _ring = new(new OneKey(new(new() { Id = "key_1", Name = "shop", Prefix = "tp_", CreatedAt = DateTimeOffset.UnixEpoch }, KeySecret.HashOf(_secret))), TimeProvider.System);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _ring.Dispose();
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public ValueTask<AccessKey?> WarmCheck() => _ring.FindAsync(_secret, CancellationToken.None);

    [Benchmark]
    public Task ReserveAndSettle() => TurnAsync(_budgets, "turn_1");

    /// <summary>The same in SQLite, one turn after another.</summary>
    [Benchmark]
    public Task ReserveAndSettleOnDisk() => TurnAsync(_disk, "turn_1");

    /// <summary>A hundred turns at the same time; the time is that of one.</summary>
    [Benchmark(OperationsPerInvoke = 100)]
    public Task ReserveAndSettleManyOnDisk() => Task.WhenAll(Enumerable.Range(0, 100).Select(number => TurnAsync(_disk, $"turn_{number}")));

    private async Task TurnAsync(IBudgetStore store, string turn)
    {
        await store.ReserveAsync(new(turn, "key_1", 100, 100, _periods), CancellationToken.None);
        await store.SettleAsync(turn, 80, 80, started: true, CancellationToken.None);
    }

    private sealed class OneKey(KeptKey key) : IKeyStore
    {
        public Task<long> RevisionAsync(CancellationToken cancellationToken) => Task.FromResult(1L);

        public Task<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<KeptKey>>([key]);

        public Task AddAsync(KeptKey key, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<KeptKey?> UpdateAsync(string id, Func<KeptKey, KeptKey> change, CancellationToken cancellationToken) => Task.FromResult<KeptKey?>(null);
    }
}
