using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Turns.Json;

public sealed class TurnEventJsonTests
{
    private static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, 7, TimeSpan.Zero);

    private static readonly TurnEvent[] Samples =
    [
        new TurnStarted { Model = "builtin/echo" },
        new TurnStarted
        {
            Parent = "turn_1", Model = "openai/gpt-5", PromptKey = "summarize", PromptVersion = 7, Parameters = new() { Temperature = 0.2, Stop = ["\n", "\""] },
            Tools = ["search", "time"], Triggers = [new("params.temp", ["0.2"], new(0, 18), "applied", Sticky: true)],
        },
        new StepStarted { Step = 2, Attempt = 3, Model = "openai/gpt-5" },
        new TextDelta { Text = "Grüße \"quoted\" \\ \n\t\u0001\u2028 😀", Step = 1, Block = 2 },
        new TextDelta { Text = "", Refusal = true },
        new ReasoningDelta { Text = "Hm…", Step = 1, Block = 0 },
        new ToolCall { CallId = "call_2", Name = "beta_search", Tool = "search", Arguments = "{}", Step = 1, Source = "beta" },
        new ToolCall { CallId = "call_1", Name = "search", Arguments = """{"query": "a \"b\""}""", Step = 1, Source = "web", Execution = "client" },
        new ToolApproval { CallId = "call_1", Reason = "It spends money." },
        new ToolInput { CallId = "call_1", Input = new() { Questions = new Dictionary<string, InputQuestion> { ["seat \"1\""] = new() { Message = "Which?", Schema = JsonDocument.Parse("""{"type":"object"}""").RootElement } }, State = "s" } },
        new ToolResult { CallId = "call_1", Result = JsonDocument.Parse("""{"hits": [1, null, "ü"]}""").RootElement, By = "client" },
        new ToolResult { CallId = "call_1", Result = JsonDocument.Parse("null").RootElement },
        new ToolResult { CallId = "call_2", Error = "No.", Denied = true },
        new UsageReported { Usage = new() { InputTokens = 10, CachedTokens = 4, OutputTokens = 5, ReasoningTokens = 0 }, Cost = new(0.0000123m, "USD"), Step = 1 },
        new UsageReported { Usage = new() { InputTokens = 10, Estimated = true }, Step = 1 },
        new StepCompleted { Step = 1, FinishReason = "toolCalls", Waiting = ["call_1"] },
        new StepCompleted { Step = 2, FinishReason = "stop" },
        new WarningRaised { Code = "trigger_unknown", Message = "Did you mean \"tools\"?", Span = new(3, 9) },
        new TurnCompleted { Usage = new() { InputTokens = 1, OutputTokens = 2 }, Cost = new(1.5m, "EUR"), FinishReason = "limit" },
        new TurnFailed { Code = "provider_error", Message = "502", Retryable = true },
        new TurnFailed { Code = "provider_rate_limited", Message = "Slow down.", Retryable = true, RetryAfter = 7 },
        new TurnCancelled(),
        new TurnCancelled { Reason = "The client left." },
        new TurnInterrupted { Reason = "The node went away." },
    ];

    public static TheoryData<int> Events => [.. Enumerable.Range(0, Samples.Length)];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_read_back_is_the_event_that_was_written(int sample)
    {
        var happened = Samples[sample];
        happened.Place("turn_1", "conv_\"1\"", sample + 1, Noon);
        var payload = Bytes(to => TurnEventJson.WritePayload(to, happened));
        var data = Bytes(to => TurnEventJson.WriteData(to, happened));

        var fromPayload = TurnEventJson.Read(happened.Type, payload, new("turn_1", "conv_\"1\"", sample + 1, Noon));
        var fromData = TurnEventJson.Read(data);

        Assert.Equal(Describe(happened), Describe(fromPayload));
        Assert.Equal(Describe(happened), Describe(fromData));
        Assert.Equal(data, Bytes(to => TurnEventJson.WriteData(to, fromPayload)));
    }

    [Fact]
    public void Every_kind_of_event_has_a_sample_here() => Assert.Equal(
        typeof(TurnEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TurnEvent))).Select(type => type.Name).Order(),
        Samples.Select(happened => happened.GetType().Name).Distinct().Order());

    [Fact]
    public void A_delta_on_the_wire_has_its_place_and_its_text()
    {
        var happened = new TextDelta { Text = "Hé\n", Step = 1, Block = 0 };
        happened.Place("turn_1", "conv_1", 12, Noon);

        Assert.Equal(
            "id: 12\nevent: text.delta\ndata: {\"type\":\"text.delta\",\"sequence\":12,\"turn\":\"turn_1\",\"conversation\":\"conv_1\",\"at\":\"2025-01-31T12:00:00.007Z\",\"text\":\"Hé\\n\",\"step\":1,\"block\":0}\n\n",
            Encoding.UTF8.GetString(Bytes(to => TurnEventJson.WriteSse(to, happened))));
    }

    [Fact]
    public void Members_without_a_value_are_left_out()
    {
        Assert.Equal("{}", Encoding.UTF8.GetString(Bytes(to => TurnEventJson.WritePayload(to, new TurnCancelled()))));
        Assert.Equal("""{"callId":"c","by":"server"}""", Encoding.UTF8.GetString(Bytes(to => TurnEventJson.WritePayload(to, new ToolResult { CallId = "c" }))));
    }

    [Fact]
    public void Any_text_comes_back_as_it_was_with_halves_of_pairs_replaced() => Prop.ForAll<string>(text =>
    {
        text ??= "";
        var read = (TextDelta)TurnEventJson.Read("text.delta", Bytes(to => TurnEventJson.WritePayload(to, new TextDelta { Text = text })), default);
        return read.Text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Half_a_pair_becomes_the_replacement_character()
    {
        foreach (var (text, expected) in new[] { ("\ud83d", "\ufffd"), ("a\ude00b", "a\ufffdb"), ("\ude00\ud83d", "\ufffd\ufffd") })
        {
            var read = (TextDelta)TurnEventJson.Read("text.delta", Bytes(to => TurnEventJson.WritePayload(to, new TextDelta { Text = text })), default);
            Assert.Equal(expected, read.Text);
        }
    }

    [Fact]
    public void Long_text_keeps_pairs_that_stand_where_pieces_meet()
    {
        var text = string.Concat(Enumerable.Repeat("😀\"", 3000)) + new string('x', 1023) + string.Concat(Enumerable.Repeat("😀", 3000));
        var read = (TextDelta)TurnEventJson.Read("text.delta", Bytes(to => TurnEventJson.WritePayload(to, new TextDelta { Text = text })), default);
        Assert.Equal(text, read.Text);
    }

    [Theory]
    [InlineData("""{"type":"text.delta"}""")]
    [InlineData("""{"type":"party.started","sequence":1}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Data_that_is_no_event_is_refused(string data) => Assert.ThrowsAny<JsonException>(() => TurnEventJson.Read(Encoding.UTF8.GetBytes(data)));

    private static byte[] Bytes(Action<IBufferWriter<byte>> write)
    {
        var to = new ArrayBufferWriter<byte>();
        write(to);
        return to.WrittenSpan.ToArray();
    }

    private static string Describe(TurnEvent happened) => happened.GetType().Name + JsonSerializer.Serialize<object>(happened);
}
