using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Recordings;

/// <summary>What is kept of the exchanges with a provider.</summary>
public sealed class RecordingTurns
{
    private static async Task<IReadOnlyList<RecordedAttempt>> KeptAsync(RunningServer server, JsonElement turn) =>
        await server.Get<IRecordingStore>().OfAsync(turn.GetProperty("id").GetString()!, TestContext.Current.CancellationToken);

    private static string Sent(RecordedAttempt attempt) => Encoding.UTF8.GetString(PackedBytes.Unpack(attempt.Request));

    private static string Heard(RecordedAttempt attempt) => Encoding.UTF8.GetString(PackedBytes.Unpack(attempt.Response));

    /// <summary>Runs a turn to its end, however it ends.</summary>
    private static async Task<JsonElement> RunAsync(RunningServer server, string body)
    {
        var id = await server.SubmitAsync(body);
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return await server.GetJsonAsync("/api/turns/" + id);
    }

    [Fact]
    public async Task Nothing_is_kept_unless_it_is_asked_for()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Done));
        await using var server = new RunningServer(null, wire.Settings(record: false));
        var turn = await server.TurnAsync(new { content = "Hello", model = "wire/m" });
        Assert.Equal("Hi.", turn.GetProperty("answer").GetString());
        Assert.Empty(await KeptAsync(server, turn));
    }

    [Fact]
    public async Task A_provider_that_records_keeps_the_body_that_was_sent_and_the_bytes_that_came()
    {
        await using var wire = new WireProvider(Answers(": a comment\r\n\r\n", Said("Good "), Said("day, ✓."), Used, Done));
        await using var server = new RunningServer(null, wire.Settings());
        var kept = Assert.Single(await KeptAsync(server, await server.TurnAsync(new { content = "Hello", model = "wire/m" })));
        Assert.Equal((1, 1, "wire/m", 200, "text/event-stream"), (kept.Step, kept.Attempt, kept.Model, kept.Status, kept.ContentType));
        Assert.Equal(": a comment\r\n\r\n" + Said("Good ") + Said("day, ✓.") + Used + Done, Heard(kept));
        Assert.Equal(Encoding.UTF8.GetByteCount(Heard(kept)), kept.Bytes);
        Assert.Equal(Assert.Single(wire.Requests).Body, Sent(kept));
        Assert.False(kept.Truncated);
    }

    [Fact]
    public async Task A_prompt_that_says_record_keeps_them_whatever_its_provider_says()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Done));
        await using var server = new RunningServer(null, wire.Settings(record: false));
        using var saved = await server.PostAsync("/api/prompts", new { key = "taped", messages = new[] { new { role = "system", content = "Be brief." } }, model = "wire/m", metadata = new { record = true } });
        Assert.Equal(201, (int)saved.StatusCode);
        Assert.Equal(Said("Hi.") + Done, Heard(Assert.Single(await KeptAsync(server, await server.TurnAsync(new { content = "Hello", prompt = "taped" })))));
    }

    [Fact]
    public async Task TURNPIKE_RECORD_names_providers_of_the_environment()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Done));
        await using var server = new RunningServer(null, ("OPENAI_BASE_URL", $"{wire.Url}v1"), ("TURNPIKE_RECORD", "other, openai"));
        Assert.Single(await KeptAsync(server, await server.TurnAsync(new { content = "Hello", model = "openai/m" })));
    }

    [Fact]
    public async Task Each_step_of_a_turn_that_calls_tools_is_kept()
    {
        await using var wire = new WireProvider(Answers(Calls("book", """{"city":"Oslo"}"""), Done), Answers(Said("Booked."), Done));
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool((string city) => $"A room in {city}.", "book", "Books a room."), wire.Settings());
        var kept = await KeptAsync(server, await server.TurnAsync(new { content = "Go", model = "wire/m", tools = new[] { "book" } }));
        Assert.Equal([(1, 1), (2, 1)], kept.Select(one => (one.Step, one.Attempt)));
        Assert.Equal(wire.Requests.Select(request => request.Body), kept.Select(Sent));
        Assert.Contains("A room in Oslo.", Sent(kept[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_and_the_try_behind_it_are_two_attempts()
    {
        await using var wire = new WireProvider(Refuses("503 Busy", """{"error":{"message":"busy"}}""", "Retry-After: 0\r\n"), Answers(Said("Hi."), Done));
        await using var server = new RunningServer(null, wire.Settings());
        var kept = await KeptAsync(server, await server.TurnAsync(new { content = "Hello", model = "wire/m" }));
        Assert.Equal([(1, 1, 503, """{"error":{"message":"busy"}}"""), (1, 2, 200, Said("Hi.") + Done)], kept.Select(one => (one.Step, one.Attempt, one.Status!.Value, Heard(one))));
        Assert.Equal(0, kept[0].RetryAfter);
    }

    [Fact]
    public async Task What_had_come_of_a_stream_that_broke_off_is_kept_and_said_to_be_broken()
    {
        await using var wire = new WireProvider(Breaks(Said("Good ", "null"), "data: {\"cho"));
        await using var server = new RunningServer(null, wire.Settings());
        var turn = await RunAsync(server, """{"content":"Hello","model":"wire/m"}""");
        Assert.Equal("failed", turn.GetProperty("status").GetString());
        var kept = Assert.Single(await KeptAsync(server, turn));
        Assert.Equal((ExchangeEnding.Broken, Said("Good ", "null") + "data: {\"cho"), (kept.Ending, Heard(kept)));
    }

    [Fact]
    public async Task A_key_is_not_kept_even_where_the_provider_says_it_back()
    {
        await using var wire = new WireProvider(Refuses("401 No", $$$"""{"error":{"message":"Wrong key {{{Key}}}."}}"""));
        await using var server = new RunningServer(null, wire.Settings());
        var kept = Assert.Single(await KeptAsync(server, await RunAsync(server, """{"content":"Hello","model":"wire/m"}""")));
        Assert.Contains(Key, Assert.Single(wire.Requests).Headers["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain(Key, Sent(kept) + JsonSerializer.Serialize(kept), StringComparison.Ordinal);
        Assert.Equal("""{"error":{"message":"Wrong key •••."}}""", Heard(kept));
    }

    [Fact]
    public async Task A_turn_that_keeps_nothing_keeps_no_recording()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Done));
        await using var server = new RunningServer(null, wire.Settings());
        Assert.Empty(await KeptAsync(server, await server.TurnAsync(new { content = "Hello", model = "wire/m", store = false })));
    }
}
