using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Benchmarks;

/// <summary>
/// Text of many turns at once into SQLite. <see cref="Append"/> is what a delta costs the turn that hands it over; <see cref="Write"/> is the same with
/// everything on disk and the turns ended.
/// </summary>
[MemoryDiagnoser]
public class LogWriting
{
    private const int Deltas = 192_000;

    private string _folder = "";
    private ServiceProvider _stores = null!;
    private ITurnStore _turns = null!;
    private ITurnLog _log = null!;
    private string[] _ids = [];
    private TurnEvent[] _events = [];
    private int _started;

    [Params(1, 64, 1000)]
    public int Turns { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("turnpike-").FullName;
        _stores = new ServiceCollection().AddTurnpikeSqlite(Path.Combine(_folder, "turnpike.db")).BuildServiceProvider();
        (_turns, _log) = (_stores.GetRequiredService<ITurnStore>(), _stores.GetRequiredService<ITurnLog>());
    }

    [GlobalCleanup]
    public void Close()
    {
        _stores.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [IterationSetup]
    public void Begin()
    {
        _ids = [.. Enumerable.Range(0, Turns).Select(_ => $"turn_{_started++:0000000000000000000000}")];
        Task.WhenAll(_ids.Select(id => _turns.BeginAsync(LogTurns.Beginning(id), default))).GetAwaiter().GetResult();
        _events = [.. Enumerable.Range(0, Deltas).Select(i => LogTurns.Placed(new TextDelta { Text = " word", Step = 1 }, _ids[i % Turns], (i / Turns) + 2))];
    }

    [Benchmark(OperationsPerInvoke = Deltas)]
    public void Append()
    {
        foreach (var happened in _events) _log.Append(happened);
    }

    [Benchmark(OperationsPerInvoke = Deltas)]
    public async Task Write()
    {
        foreach (var happened in _events) _log.Append(happened);
        await Task.WhenAll(_ids.Select(id => _turns.EndAsync(LogTurns.Ended(id), [], LogTurns.Placed(new TurnCompleted { Usage = new() }, id, (Deltas / Turns) + 2), default)));
    }
}
