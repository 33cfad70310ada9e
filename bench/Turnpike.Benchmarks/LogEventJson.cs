using System.Buffers;
using BenchmarkDotNet.Attributes;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Benchmarks;

/// <summary>One delta as a server-sent event, and back from a row of the log.</summary>
[MemoryDiagnoser]
public class LogEventJson
{
    private readonly ArrayBufferWriter<byte> _to = new(1024);
    private readonly TurnEvent _delta = LogTurns.Placed(new TextDelta { Text = " a word", Step = 1 }, "turn_0000000000000000000000", 123);
    private byte[] _payload = [];

    [GlobalSetup]
    public void Setup()
    {
        TurnEventJson.WritePayload(_to, _delta);
        _payload = _to.WrittenSpan.ToArray();
    }

    [Benchmark]
    public int WriteSse()
    {
        _to.ResetWrittenCount();
        TurnEventJson.WriteSse(_to, _delta);
        return _to.WrittenCount;
    }

    [Benchmark]
    public TurnEvent Read() => TurnEventJson.Read("text.delta", _payload, new("turn_0000000000000000000000", "conv_1", 123, default));
}
