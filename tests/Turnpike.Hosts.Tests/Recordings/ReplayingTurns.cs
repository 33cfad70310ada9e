using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Recordings;

/// <summary>Turns that are run again from their recordings, their providers being gone.</summary>
public sealed class ReplayingTurns
{
    private int _booked;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunningServer Server(WireProvider wire, params (string, string)[] more) =>
        new(services => services.AddTurnpike().AddTool((string city) => $"Room {Interlocked.Increment(ref _booked)} in {city}.", "book", "Books a room."), [.. wire.Settings(), .. more]);

    /// <summary>Runs a turn to its end, however it ends, and takes the provider away.</summary>
    internal static async Task<string> RunAsync(RunningServer server, WireProvider wire, string body)
    {
        var id = await server.SubmitAsync(body);
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await events.Content.ReadAsStringAsync(Cancellation);
        await wire.DisposeAsync();
        return id;
    }

    internal static async Task<JsonElement> ReplayAsync(RunningServer server, string turn)
    {
        using var response = await server.SendAsync(HttpMethod.Post, $"/api/turns/{turn}/replay");
        Assert.Equal(200, (int)response.StatusCode);
        return await server.JsonAsync(response);
    }

    internal static void IsSame(JsonElement report)
    {
        Assert.Empty(report.GetProperty("differences").EnumerateArray().Select(difference => difference.GetRawText()));
        Assert.True(report.GetProperty("same").GetBoolean());
    }

    internal static object Greeter(string system, double temperature) => new { key = "greeter", messages = new[] { new { role = "system", content = system } }, model = "wire/m", parameters = new { temperature } };

    internal static string[] Places(JsonElement report) => [.. report.GetProperty("differences").EnumerateArray().Select(difference => difference.GetProperty("where").GetString()!)];

    [Fact]
    public async Task A_turn_is_the_same_again_without_its_provider_and_nothing_is_kept_of_it()
    {
        await using var wire = new WireProvider(Answers(Said("Good ", "null"), Said("day."), Used, Done));
        await using var server = Server(wire);
        var id = await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}""");
        var before = await server.GetJsonAsync("/api/turns/" + id);
        var report = await ReplayAsync(server, id);
        IsSame(report);
        Assert.Equal(id, report.GetProperty("turn").GetString());
        var attempt = Assert.Single(report.GetProperty("attempts").EnumerateArray());
        Assert.Equal((1, 1, "wire/m", 200, false), (attempt.GetProperty("step").GetInt32(), attempt.GetProperty("attempt").GetInt32(), attempt.GetProperty("model").GetString(), attempt.GetProperty("status").GetInt32(), attempt.GetProperty("truncated").GetBoolean()));
        Assert.Equal(before.GetRawText(), (await server.GetJsonAsync("/api/turns/" + id)).GetRawText());
        Assert.Equal(1, (await server.GetJsonAsync($"/api/conversations/{before.GetProperty("conversation").GetString()}/turns")).GetProperty("data").GetArrayLength());
        Assert.Single(wire.Requests);
    }

    [Fact]
    public async Task A_turn_of_any_door_is_the_same_again()
    {
        const string Locate = """{"name":"locate","description":"d","parameters":{"type":"object"}}""";
        const string Called = """{"id":"a1","role":"assistant","toolCalls":[{"id":"call_1","type":"function","function":{"name":"locate","arguments":"{}"}}]}""";
        string[] called = [Calls("locate", "{}"), Done], said = [Said("Hi."), Used, Done];
        await using var wire = new WireProvider(Answers(said), Answers(called), Answers(said), Answers(said), Answers(said), Answers(called), Answers(said), Answers(said));
        await using var server = Server(wire);
        using var prompt = await server.PostAsync("/api/prompts", new { key = "guide", model = "wire/m", variables = new[] { new { name = "city", type = "string" } }, messages = new[] { new { role = "system", content = "Answer {{user_name}} as a guide to {{city}}." } } });
        Assert.Equal(201, (int)prompt.StatusCode);
        var turns = new List<(string Door, string Turn)>();

        var first = await SendAsync("/v1/responses", """{"model":"wire/m","instructions":"Rhyme.","input":"Hi","prompt":{"id":"guide","variables":{"city":"Rome"}}}""");
        var asked = await SendAsync("/v1/responses", $$"""{"model":"wire/m","previous_response_id":"{{first}}","input":"Where?","truncation":"disabled","tools":[{"type":"function",{{Locate[1..]}} ]}""");
        await SendAsync("/v1/responses", $$"""{"model":"wire/m","previous_response_id":"{{asked}}","input":[{"type":"function_call_output","call_id":"call_1","output":"here"}]}""");
        await SendAsync("/v1/chat/completions", """{"model":"wire/m","store":true,"messages":[{"role":"system","content":"Rhyme."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"},{"role":"user","content":"Now"}]}""");
        await SendAsync("/api/chat", """{"id":"k1","model":"wire/m","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Hi"}]}]}""");
        await SendAsync("/api/agui", $$"""{"threadId":"t1","runId":"r1","forwardedProps":{"turnpike":{"model":"wire/m"} },"messages":[{"id":"u1","role":"user","content":"Where?"}],"tools":[{{Locate}}]}""");
        await SendAsync("/api/agui", $$"""{"threadId":"t1","runId":"r2","forwardedProps":{"turnpike":{"model":"wire/m"} },"messages":[{"id":"u1","role":"user","content":"Where?"},{{Called}},{"id":"x1","role":"tool","toolCallId":"call_1","content":"here"}],"tools":[{{Locate}}]}""");
        await SendAsync("/api/turns", """{"prompt":"guide","content":"Hi","variables":{"city":"Oslo"}}""");

        foreach (var (door, turn) in turns) Assert.Equal((door, ""), (door, string.Join('\n', (await ReplayAsync(server, turn)).GetProperty("differences").EnumerateArray().Select(difference => difference.GetRawText()))));
        Assert.Equal("Answer ann as a guide to Oslo.", JsonDocument.Parse(wire.Requests.Last().Body).RootElement.GetProperty("messages")[0].GetProperty("content").GetString());

        async Task<string> SendAsync(string path, string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "Turnpike-User", "ann" } } };
            using var response = await server.Client.SendAsync(request, Cancellation);
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            Assert.True(response.IsSuccessStatusCode, path + text);
            turns.Add((path, response.Headers.GetValues("Turnpike-Turn").Single()));
            return text.StartsWith('{') ? JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()! : "";
        }
    }

    [Fact]
    public async Task Tool_calls_get_their_kept_results_and_run_nothing()
    {
        await using var wire = new WireProvider(Answers(Calls("book", """{"city":"Oslo"}"""), Done), Answers(Said("Booked."), Used, Done));
        await using var server = Server(wire);
        var id = await RunAsync(server, wire, """{"content":"Go","model":"wire/m","tools":["book"]}""");
        var report = await ReplayAsync(server, id);
        IsSame(report);
        Assert.Equal(2, report.GetProperty("attempts").GetArrayLength());
        Assert.Equal(1, _booked);
    }

    [Fact]
    public async Task A_turn_that_waited_for_a_yes_is_run_again_in_one_go()
    {
        await using var wire = new WireProvider(Answers(Calls("book", """{"city":"Oslo"}"""), Done), Answers(Said("Booked."), Used, Done));
        await using var server = Server(wire, ("Turnpike:ToolCalls:Approval:book", "ask"));
        using var waiting = await server.PostAsync("/api/turns", new { content = "Go", model = "wire/m", tools = new[] { "book" } });
        Assert.Equal(202, (int)waiting.StatusCode);
        var id = (await server.JsonAsync(waiting)).GetProperty("id").GetString()!;
        Assert.Equal(409, (await server.RefusedAsync(server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/replay"))).Status);
        using var answered = await server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = true });
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await events.Content.ReadAsStringAsync(Cancellation);
        await wire.DisposeAsync();
        var report = await ReplayAsync(server, id);
        IsSame(report);
        Assert.Equal(2, report.GetProperty("attempts").GetArrayLength());
    }

    [Fact]
    public async Task A_refusal_is_refused_again_and_its_pause_is_not_waited_for()
    {
        await using var wire = new WireProvider(Refuses("503 Busy", """{"error":{"message":"busy"}}""", "Retry-After: 1\r\n"), Answers(Said("Hi."), Used, Done));
        await using var server = Server(wire);
        var report = await ReplayAsync(server, await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}"""));
        IsSame(report);
        Assert.Equal([503, 200], report.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("status").GetInt32()));
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("refused")]
    [InlineData("garbage")]
    public async Task A_turn_that_failed_fails_again_in_the_same_words(string how)
    {
        await using var wire = new WireProvider(how switch
        {
            "broken" => Breaks(Said("Good ", "null"), "data: {\"cho"),
            "refused" => Refuses("401 No", $$$"""{"error":{"message":"Wrong key {{{Key}}}."}}"""),
            _ => Answers(Said("Good ", "null"), "data: no JSON\n\n"),
        });
        await using var server = Server(wire);
        var id = await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}""");
        Assert.Equal("failed", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("status").GetString());
        IsSame(await ReplayAsync(server, id));
    }

    [Fact]
    public async Task A_provider_that_was_not_there_is_not_there_again()
    {
        await using var wire = new WireProvider(Answers(Done));
        await using var server = Server(wire, ("Turnpike:ModelCalls:Attempts", "2"));
        await wire.DisposeAsync();
        var report = await ReplayAsync(server, await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}"""));
        IsSame(report);
        Assert.Equal(2, report.GetProperty("attempts").GetArrayLength());
        Assert.False(report.GetProperty("attempts")[0].TryGetProperty("status", out _));
    }

    [Fact]
    public async Task A_provider_that_fell_silent_does_so_again_without_anybody_waiting()
    {
        await using var wire = new WireProvider(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync(Said("Good ", "null"));
            await exchange.UntilClientLeavesAsync();
        });
        await using var server = Server(wire, ("Turnpike:ModelCalls:BetweenTokens", "00:00:00.300"));
        var id = await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}""");
        Assert.Equal("timeout", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("error").GetProperty("code").GetString());
        IsSame(await ReplayAsync(server, id));
    }

    [Fact]
    public async Task A_turn_that_was_cancelled_is_compared_as_far_as_it_came()
    {
        await using var wire = new WireProvider(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync(Said("Good ", "null"));
            await exchange.UntilClientLeavesAsync();
        });
        await using var server = Server(wire);
        var id = await server.SubmitAsync("""{"content":"Hello","model":"wire/m"}""");
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(Cancellation));
        while (await reader.ReadLineAsync(Cancellation) is { } line && !line.Contains("Good ", StringComparison.Ordinal))
        {
        }
        using var cancelled = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/cancel");
        await reader.ReadToEndAsync(Cancellation);
        await wire.DisposeAsync();
        Assert.Equal("cancelled", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("status").GetString());
        IsSame(await ReplayAsync(server, id));
    }

    [Fact]
    public async Task Anthropic_is_recorded_and_replayed_alike()
    {
        string[] answer =
        [
            AnthropicContract.Event("message_start", """
                "message":{"id":"a1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"output_tokens":1}}
                """),
            AnthropicContract.Event("content_block_start", """
                "index":0,"content_block":{"type":"text","text":""}
                """),
            AnthropicContract.Event("content_block_delta", """
                "index":0,"delta":{"type":"text_delta","text":"Good day."}
                """),
            AnthropicContract.Event("content_block_stop", "\"index\":0"),
            AnthropicContract.Event("message_delta", """
                "delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3}
                """),
            AnthropicContract.Event("message_stop"),
        ];
        await using var wire = new WireProvider(Answers(answer));
        await using var server = Server(wire, ("Turnpike:Providers:0:Kind", "Anthropic"), ("Turnpike:Providers:0:BaseUrl", wire.Url.ToString()));
        var id = await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}""");
        var kept = Assert.Single(await server.Get<IRecordingStore>().OfAsync(id, Cancellation));
        Assert.Equal(string.Concat(answer), Encoding.UTF8.GetString(PackedBytes.Unpack(kept.Response)));
        Assert.Equal(Assert.Single(wire.Requests).Body, Encoding.UTF8.GetString(PackedBytes.Unpack(kept.Request)));
        Assert.Equal("Good day.", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("answer").GetString());
        IsSame(await ReplayAsync(server, id));
    }

    [Fact]
    public async Task The_command_line_tells_it_with_its_exit_code_from_a_server()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Used, Done));
        await using var server = Server(wire);
        using var saved = await server.PostAsync("/api/prompts", Greeter("Be brief.", 0.2));
        var id = await RunAsync(server, wire, """{"content":"Hello","prompt":"greeter"}""");
        var url = server.Client.BaseAddress!.ToString();
        var same = await CommandLine.RunAsync(["replay", id, "--server", url]);
        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.Contains("step 1, attempt 1  wire/m  200,", same.Out, StringComparison.Ordinal);
        Assert.EndsWith("The same.\n", same.Out, StringComparison.Ordinal);

        using var changed = await server.Client.PutAsJsonAsync("/api/prompts/greeter", Greeter("Be kind.", 0.2), Cancellation);
        var other = await CommandLine.RunAsync(["replay", id, "--server", url]);
        Assert.Equal((1, ""), (other.Code, other.Error));
        Assert.Contains("  kept  \"Be brief.\"\n  now   \"Be kind.\"\n", other.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await CommandLine.RunAsync(["replay", id, "--server", url, "--json"])).Out).RootElement;
        Assert.Equal((id, false), (json.GetProperty("turn").GetString(), json.GetProperty("same").GetBoolean()));
    }

    [Fact]
    public async Task The_command_line_replays_its_own_turns()
    {
        var folder = Directory.CreateTempSubdirectory("turnpike-replay-").FullName;
        await using var wire = new WireProvider(Answers(Said("Hi."), Used, Done));
        Dictionary<string, string> variables = new() { ["OPENAI_BASE_URL"] = $"{wire.Url}v1", ["TURNPIKE_RECORD"] = "openai", ["TURNPIKE_MODEL"] = "openai/m" };
        var ran = await CommandLine.RunAsync(["Hello", "--data", folder, "--json"], variables: variables);
        Assert.Equal(0, ran.Code);
        var id = JsonDocument.Parse(ran.Out.Split('\n')[0]).RootElement.GetProperty("turn").GetString()!;
        await wire.DisposeAsync();
        var same = await CommandLine.RunAsync(["replay", id, "--data", folder], variables: variables);
        Assert.Equal((0, ""), (same.Code, same.Error));
        Assert.EndsWith("The same.\n", same.Out, StringComparison.Ordinal);
        Assert.Equal(3, (await CommandLine.RunAsync(["replay", "turn_none", "--data", folder], variables: variables)).Code);
        Directory.Delete(folder, recursive: true);
    }
}
