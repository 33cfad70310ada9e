using System.Buffers;
using BenchmarkDotNet.Attributes;
using Turnpike.Server.Compatible;
using Turnpike.Server.Compatible.AgUi;
using Turnpike.Server.Compatible.Chat;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Turns.Events;

namespace Turnpike.Benchmarks;

/// <summary>A thousand deltas in the words of each compatible face: bytes only, no connection.</summary>
[MemoryDiagnoser]
public class FaceProjections
{
    private const int Deltas = 1000;
    private const string Turn = "turn_0000000000000000000000";
    private readonly ArrayBufferWriter<byte> _to = new(1 << 20);
    private readonly TurnEvent _started = LogTurns.Placed(new TurnStarted { Model = "test/model" }, Turn, 1);
    private readonly TurnEvent _step = LogTurns.Placed(new StepStarted { Step = 1, Model = "test/model" }, Turn, 2);
    private readonly TurnEvent _delta = LogTurns.Placed(new TextDelta { Text = " a word", Step = 1 }, Turn, 3);

    [Benchmark(OperationsPerInvoke = Deltas)]
    public int ChatCompletions() => Run(new ChatChunks(includeUsage: true));

    [Benchmark(OperationsPerInvoke = Deltas)]
    public int Responses() => Run(new ResponseEvents());

    [Benchmark(OperationsPerInvoke = Deltas)]
    public int UiStream() => Run(new UiChunks());

    [Benchmark(OperationsPerInvoke = Deltas)]
    public int AgUi() => Run(new AgUiEvents(new Dictionary<string, System.Text.Json.JsonElement>(), new Dictionary<string, System.Text.Json.JsonElement>()));

    private int Run(Projection projection)
    {
        _to.ResetWrittenCount();
        projection.Project(_to, _started);
        projection.Project(_to, _step);
        for (var i = 0; i < Deltas; i++) projection.Project(_to, _delta);
        projection.Dispose();
        return _to.WrittenCount;
    }
}
