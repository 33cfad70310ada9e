using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Server.Compatible;
using Turnpike.Server.Compatible.AgUi;
using Turnpike.Server.Compatible.Chat;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Tests.Architecture;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What each face makes of a kept log, to the byte: a release must not tell ended turns otherwise.</summary>
public sealed class Projections
{
    private static readonly string Folder = Repository.PathOf("tests", "Turnpike.Hosts.Tests", "Compatible", "golden");
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_000);

    private static readonly Dictionary<string, TurnEvent[]> Logs = new()
    {
        ["tools"] =
        [
            Started("""{"name":"responses","stored":true,"showsReasoning":true,"summary":"auto"}"""),
            Step(1), Think("Hm", 0), Think(".", 0), Text("I look", 1, 1), Text(" it up.", 1, 1), Call("call_1", "forecast", "turnpike"), Call("call_2", "search", "web"),
            new ToolResult { CallId = "call_2", Error = "No net." }, new ToolResult { CallId = "call_1", Result = JsonElement.Parse("""{"rain":true}""") }, Done(1, "toolCalls"),
            new WarningRaised { Code = "odd", Message = "Look \"here\".", Span = new(0, 4) },
            Step(2), Text("Yes,\n", 2, 2), Text("after noon ☔.", 2, 2), new TextDelta { Text = "", Step = 2, Block = 2, Citations = [new("https://example.org", "Rain", 0, 4)] }, new UsageReported { Step = 2, Usage = Usage }, Done(2, "stop"),
            new TurnCompleted { Usage = Usage, Cost = new(0.0004m, "USD") },
        ],
        ["handed-over"] = [Started(null), Step(1), Call("call_1", "locate", "client", "client"), Done(1, "toolCalls"), new TurnCompleted { Usage = Usage, FinishReason = "toolCalls" }],
        ["approval"] =
        [
            Started(null), Step(1), new ToolCall { CallId = "call_1", Name = "book", Arguments = "{}", Step = 1, Asks = true }, new ToolApproval { CallId = "call_1", Reason = "It costs money." }, Done(1, "toolCalls"),
            new TurnCompleted { Usage = Usage, FinishReason = "toolCalls" },
        ],
        ["refusal"] = [Started(null), Step(1), new TextDelta { Text = "I will not.", Step = 1, Refusal = true }, Done(1, "stop"), new TurnCompleted { Usage = Usage }],
        ["length"] = [Started(null), Step(1), Text("Half", 1, 0), Done(1, "length"), new TurnCompleted { Usage = Usage, FinishReason = "length" }],
        ["failed"] = [Started(null), Step(1), Text("Half", 1, 0), new TurnFailed { Code = "provider_stream_broken", Message = "The stream broke.", Retryable = true }],
        ["cancelled"] = [Started(null), Step(1), Text("Half", 1, 0), Call("call_1", "forecast", "turnpike"), new TurnCancelled()],
        ["interrupted"] = [Started(null), Step(1), Text("Half", 1, 0), new TurnInterrupted()],
        ["restarted"] = [Started(null), Step(1), Text("Half", 1, 0), new StepStarted { Step = 1, Attempt = 2, Model = "test/model" }, Text("Whole.", 1, 1), Done(1, "stop"), new TurnCompleted { Usage = Usage }],
    };

    public static TheoryData<string, string> Cases => [.. from log in Logs.Keys from face in (string[])["chat", "responses", "ui", "agui"] select (log, face)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_log_is_told_as_it_was_told_before(string log, string face)
    {
        var told = Told(log, face);
        var path = Path.Combine(Folder, $"{log}.{face}.txt");
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1")
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllTextAsync(path, told, TestContext.Current.CancellationToken);
        }
        Assert.Equal((await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"), told);
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("cancelled")]
    [InlineData("restarted")]
    public void A_response_is_numbered_alike_from_every_point(string log)
    {
        var whole = FaceCalls.Lines(Told(log, "responses"));
        for (var after = -1; after < whole.Count; after++) Assert.Equal(whole.Skip(after + 1), FaceCalls.Lines(Told(new ResponseEvents(after), log)));
    }

    [Theory]
    [InlineData(0)] // the end took the number of the last event that the reader saw
    [InlineData(3)]
    public void Who_saw_events_of_a_response_that_a_crash_took_hears_its_end_once(int more)
    {
        TurnEvent[] kept = [Started("""{"name":"responses","stored":true}"""), Step(1), Text("Hal", 1, 1)];
        TurnEvent[] log = [.. kept, .. InterruptedTurn.Ending(new() { Id = "turn_9fk2", Conversation = "conv_7c", Status = TurnStatus.Running, Model = "test/m", CreatedAt = At }, kept, [], default, _ => null, At)];
        var seen = FaceCalls.Lines(Told(new ResponseEvents(), log)).Count - 1 + more;
        var line = Assert.Single(FaceCalls.Lines(Told(new ResponseEvents(seen), log)));
        Assert.Contains($"\"sequence_number\":{seen + 1},", line, StringComparison.Ordinal);
        Assert.Contains("response.failed", line, StringComparison.Ordinal);
    }

    private static string Told(string log, string face) => Told(face switch
    {
        "chat" => new ChatChunks(includeUsage: true),
        "responses" => new ResponseEvents(),
        "ui" => new UiChunks(),
        _ => new AgUiEvents(new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("\"Rome\"") }, new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("\"Rome\""), ["key"] = JsonElement.Parse("\"•••\"") }),
    }, log);

    private static string Told(Projection projection, string log) => Told(projection, Logs[log]);

    private static string Told(Projection projection, IEnumerable<TurnEvent> log)
    {
        var to = new ArrayBufferWriter<byte>();
        var sequence = 0;
        foreach (var happened in log)
        {
            var placed = happened with { };
            placed.Place("turn_9fk2", "conv_7c", ++sequence, At.AddSeconds(sequence));
            projection.Project(to, placed);
        }
        projection.Dispose();
        return Encoding.UTF8.GetString(to.WrittenSpan);
    }

    private static TurnUsage Usage => new() { InputTokens = 61, CachedTokens = 16, OutputTokens = 6, ReasoningTokens = 2 };

    private static TurnStarted Started(string? face) => new() { Model = "openai/gpt-5", PromptKey = "support", PromptVersion = 7, PromptHash = "0123456789abcdef", Face = face is null ? null : JsonElement.Parse(face) };

    private static StepStarted Step(int step) => new() { Step = step, Model = "openai/gpt-5" };

    private static StepCompleted Done(int step, string reason) => new() { Step = step, FinishReason = reason };

    private static TextDelta Text(string text, int step, int block) => new() { Text = text, Step = step, Block = block };

    private static ReasoningDelta Think(string text, int block) => new() { Text = text, Step = 1, Block = block };

    private static ToolCall Call(string id, string name, string source, string execution = "server") => new() { CallId = id, Name = name, Arguments = """{"city":"Paris"}""", Step = 1, Source = source, Execution = execution };
}
