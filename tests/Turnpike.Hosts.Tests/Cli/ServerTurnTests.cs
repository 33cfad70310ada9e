using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Turns on a server, through its native API.</summary>
public sealed class ServerTurnTests
{
    [Fact]
    public async Task The_answer_goes_to_standard_output_and_nothing_else_does()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("Hel", "lo"));
        var ended = await CommandLine.RunAsync(["Say hello", "--server", server.Address]);
        Assert.Equal((0, "Hello\n", ""), (ended.Code, ended.Out, ended.Error));
    }

    [Fact]
    public async Task Everything_typed_is_in_the_turn_request()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("ok"));
        await CommandLine.RunAsync(["run", "trip@3", "Go!", "-v", "city=Paris", "-v", "days:=[1,2]", "-m", "test/one", "-p", "temp=0.5", "-p", "stop=END", "-t", "search", "-t", "maps.*", "-c", "conv_9", "--server", server.Address]);
        var asked = Assert.Single(server.Requests);
        Assert.Equal(("POST /api/turns", "text/event-stream"), (asked.Line, asked.Headers["Accept"]));
        var body = JsonDocument.Parse(asked.Body).RootElement;
        Assert.Equal("""["trip@3","Go!","conv_9","test/one",{"city":"Paris","days":[1,2]},{"temperature":0.5,"stop":["END"]},["search","maps.*"]]""",
            $"[{string.Join(",", new[] { "prompt", "content", "conversation", "model", "variables", "parameters", "tools" }.Select(name => body.GetProperty(name).GetRawText()))}]");
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_behind_the_last_event()
    {
        await using var server = await FakeServer.StartAsync(
            FakeServer.Events(1, breaks: false, FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "One, ", Step = 1 }),
            FakeServer.Events(4, breaks: false, new TextDelta { Text = "two, ", Step = 1 }),
            FakeServer.Events(4, breaks: false, new TextDelta { Text = "two, ", Step = 1 }, new TextDelta { Text = "three", Step = 1 }, FakeServer.Completed));
        var ended = await CommandLine.RunAsync(["Count", "--server", server.Address]);
        Assert.Equal((0, "One, two, three\n"), (ended.Code, ended.Out));
        Assert.Equal(["POST /api/turns", "GET /api/turns/turn_1/events", "GET /api/turns/turn_1/events"], server.Requests.Select(asked => asked.Line));
        Assert.Equal(["3", "4"], server.Requests.Skip(1).Select(asked => asked.Headers["Last-Event-ID"]));
    }

    [Fact]
    public async Task A_connection_lost_before_the_first_event_submits_the_same_turn_under_the_same_key()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Events(1, breaks: true), FakeServer.Says("once"));
        var ended = await CommandLine.RunAsync(["Hello", "--server", server.Address]);
        Assert.Equal((0, "once\n"), (ended.Code, ended.Out));
        var keys = server.Requests.Select(asked => JsonDocument.Parse(asked.Body).RootElement.GetProperty("idempotencyKey").GetString()).ToList();
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task An_answer_that_is_begun_anew_is_told_and_written_at_once_it_stands_alone()
    {
        TurnEvent[] events = [FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "So it", Step = 1 }, new StepStarted { Step = 1, Attempt = 2, Model = "test/model" }, new TextDelta { Text = "Whole.", Step = 1, Block = 1 }, FakeServer.Completed];
        await using var server = await FakeServer.StartAsync(FakeServer.Events(1, false, events), FakeServer.Events(1, false, events));
        var streamed = await CommandLine.RunAsync(["Tell me", "--server", server.Address]);
        Assert.Equal((0, "So it\nWhole.\n"), (streamed.Code, streamed.Out));
        Assert.Contains("The answer broke off and is begun anew.", streamed.Error, StringComparison.Ordinal);
        Assert.Equal("Whole.\n", (await CommandLine.RunAsync(["Tell me", "--no-stream", "--server", server.Address])).Out);
    }

    [Fact]
    public async Task The_texts_of_steps_are_joined_by_a_blank_line()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Events(1, false, FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "Looking.", Step = 1 },
            new ToolCall { CallId = "c1", Name = "search", Arguments = "{}", Step = 1 }, new ToolResult { CallId = "c1", Error = "offline" }, FakeServer.Step(2), new TextDelta { Text = "Nothing.", Step = 2 }, FakeServer.Completed));
        var ended = await CommandLine.RunAsync(["Look", "--server", server.Address]);
        Assert.Equal(("Looking.\n\nNothing.\n", ""), (ended.Out, ended.Error));
    }

    [Fact]
    public async Task On_a_terminal_tool_calls_stand_on_lines_of_their_own_between_the_steps()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Events(1, false, FakeServer.Started, new TextDelta { Text = "Looking.", Step = 1 },
            new ToolCall { CallId = "c1", Name = "search", Arguments = "{\"q\":\"x\"}", Step = 1 }, new ToolResult { CallId = "c1", Error = "offline" }, new TextDelta { Text = "Nothing.", Step = 2 }, FakeServer.Completed));
        var ended = await CommandLine.RunAsync(["Look", "--server", server.Address], variables: new() { ["NO_COLOR"] = "1" }, terminal: true);
        Assert.Equal("Looking.\n\nNothing.\n", ended.Out);
        Assert.Equal("→ search {\"q\":\"x\"}\n← search failed: offline\ntest/one · 12 → 3 tokens · turn_1 · -c conv_1\n", ended.Error);
    }

    [Fact]
    public async Task Json_is_one_event_a_line()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("Hé"));
        var ended = await CommandLine.RunAsync(["Hi", "--json", "--server", server.Address]);
        var lines = ended.Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["turn.started", "step.started", "text.delta", "turn.completed"], lines.Select(line => line.GetProperty("type").GetString()));
        Assert.Equal("""{"type":"text.delta","sequence":3,"turn":"turn_1","conversation":"conv_1","at":"2026-01-31T12:00:00.000Z","text":"Hé","step":1,"block":0}""", ended.Out.Split('\n')[2]);
    }

    [Fact]
    public async Task Json_without_stream_is_the_turn_as_kept()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("Hi"), FakeServer.Json("""{"id":"turn_1","conversation":"conv_1","status":"completed","answer":"Hi","model":"test/one","createdAt":"2026-01-31T12:00:00Z"}"""));
        var ended = await CommandLine.RunAsync(["Hi", "--json", "--no-stream", "--server", server.Address]);
        var turn = JsonDocument.Parse(Assert.Single(ended.Out.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal(("turn_1", "Hi"), (turn.GetProperty("id").GetString(), turn.GetProperty("answer").GetString()));
    }

    [Fact]
    public async Task Without_stream_the_answer_comes_when_the_turn_has_ended()
    {
        var seen = new List<string>();
        await using var output = new StringWriter();
        await using var server = await FakeServer.StartAsync(async context =>
        {
            await FakeServer.Events(1, false, FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "All ", Step = 1 }, new TextDelta { Text = "at once", Step = 1 })(context);
            seen.Add(output.ToString());
            await FakeServer.SendAsync(context, 5, FakeServer.Completed);
        });
        var ended = await CommandLine.RunAsync(["Hi", "--no-stream", "--server", server.Address], output: output);
        Assert.Equal(("", "All at once\n"), (Assert.Single(seen), ended.Out));
    }

    [Fact]
    public async Task Ctrl_C_cancels_the_turn_and_keeps_what_the_model_had_said()
    {
        using var interrupt = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        await using var server = await FakeServer.StartAsync(
            async context =>
            {
                await FakeServer.Events(1, false, FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "Half a", Step = 1 })(context);
                await cancelled.Task;
                await FakeServer.SendAsync(context, 4, new TurnCancelled());
            },
            context =>
            {
                context.Response.StatusCode = 202;
                cancelled.SetResult();
                return Task.CompletedTask;
            });
        await using var output = new WatchedWriter(text => { if (text.Contains("Half", StringComparison.Ordinal)) interrupt.Cancel(); });
        var ended = await CommandLine.RunAsync(["Tell me", "--server", server.Address], interrupt: interrupt, output: output);
        Assert.Equal((130, "Half a\n"), (ended.Code, ended.Out));
        Assert.Equal("POST /api/turns/turn_1/cancel", server.Requests.Last().Line);
    }

    [Theory]
    [InlineData("provider_error", 1)]
    [InlineData("provider_unreachable", 4)]
    public async Task A_failed_turn_says_why_and_keeps_its_text(string code, int exit)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Events(1, false, FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "Partly", Step = 1 }, new TurnFailed { Code = code, Message = "The provider \"x\" broke." }));
        var ended = await CommandLine.RunAsync(["Hi", "--server", server.Address]);
        Assert.Equal((exit, "Partly\n"), (ended.Code, ended.Out));
        Assert.StartsWith("error: The provider \"x\" broke.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_shows_the_place_in_the_typed_text()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Events(1, false, FakeServer.Started, new WarningRaised { Code = "trigger_unknown", Message = "There is no trigger \"parms.temp\".", Span = new(4, 21) }, FakeServer.Completed));
        var ended = await CommandLine.RunAsync(["Ah, @.parms.temp 0.2; hello", "--server", server.Address]);
        Assert.Equal("warning: There is no trigger \"parms.temp\".\n  Ah, @.parms.temp 0.2; hello\n      ^^^^^^^^^^^^^^^^^\n", ended.Error);
    }

    [Theory]
    [InlineData(404, "prompt_not_found", 3)]
    [InlineData(422, "variable_missing", 2)]
    [InlineData(404, "model_unknown", 3)]
    [InlineData(409, "conversation_busy", 1)]
    [InlineData(503, "storage_unavailable", 4)]
    public async Task An_error_before_the_model_has_its_exit_code(int status, string code, int exit)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json($$"""{"code":"{{code}}","status":{{status}},"detail":"It is so."}""", status));
        var ended = await CommandLine.RunAsync(["run", "x", "text", "--server", server.Address]);
        Assert.Equal((exit, ""), (ended.Code, ended.Out));
        Assert.StartsWith("error: It is so.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_with_a_span_is_shown_under_the_text()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"code":"trigger_invalid","status":422,"detail":"temperature is 0 to 2","span":{"start":0,"end":16}}""", 422));
        var ended = await CommandLine.RunAsync(["@.params.temp 9; Shorter", "--server", server.Address]);
        Assert.Equal("error: temperature is 0 to 2\n  @.params.temp 9; Shorter\n  ^^^^^^^^^^^^^^^^\n  All triggers: turnpike triggers list. A literal @. is written \\@.\n", ended.Error);
    }

    [Fact]
    public async Task All_missing_variables_are_named()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"code":"variable_missing","status":422,"detail":"Two variables have no value.","variables":[{"name":"city","message":"Where the user is."},{"name":"tone","message":"How to speak."}]}""", 422));
        var ended = await CommandLine.RunAsync(["run", "trip", "--server", server.Address], piped: "");
        Assert.Contains("\n  city: Where the user is.\n  tone: How to speak.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_one_object_with_json()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"code":"model_unknown","status":404,"detail":"There is no model \"x\"."}""", 404));
        var ended = await CommandLine.RunAsync(["Hi", "--json", "--server", server.Address]);
        Assert.Equal("{\"code\":\"model_unknown\",\"detail\":\"There is no model \\\"x\\\".\"}\n", ended.Error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_exit_code_4()
    {
        await using var server = await FakeServer.StartAsync();
        var address = server.Address;
        await server.DisposeAsync();
        var ended = await CommandLine.RunAsync(["Hi"], variables: new() { ["TURNPIKE_SERVER"] = address });
        Assert.Equal((4, ""), (ended.Code, ended.Out));
        Assert.Contains("cannot be reached", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_named_wins_over_the_server_of_the_environment_and_two_places_are_refused()
    {
        var folder = Turnpike.Hosts.Tests.Storage.TestFolder.New();
        await using var server = await FakeServer.StartAsync();
        var own = await CommandLine.RunAsync(["Hi", "-m", "builtin/echo", "--data", folder], variables: new() { ["TURNPIKE_SERVER"] = server.Address });
        Assert.Equal((0, 0), (own.Code, server.Requests.Count));
        var both = await CommandLine.RunAsync(["Hi", "--data", folder, "--server", server.Address]);
        Assert.Equal((2, 0), (both.Code, server.Requests.Count));
        Assert.Contains("--server and --data say two places", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_of_the_environment_is_sent()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("ok"));
        await CommandLine.RunAsync(["Hi"], variables: new() { ["TURNPIKE_SERVER"] = server.Address, ["TURNPIKE_KEY"] = "tk-1" });
        Assert.Equal("Bearer tk-1", Assert.Single(server.Requests).Headers["Authorization"]);
    }

    [Theory]
    [InlineData("tk_abc…")]
    [InlineData("tk_abc\r")]
    [InlineData("tk abc")]
    public async Task A_key_that_no_request_can_carry_is_refused_before_anything_is_asked(string key)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("ok"));
        var ended = await CommandLine.RunAsync(["Hi"], variables: new() { ["TURNPIKE_SERVER"] = server.Address, ["TURNPIKE_KEY"] = key });
        Assert.Equal(2, ended.Code);
        Assert.StartsWith("error: TURNPIKE_KEY holds no key of a server", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("tk", ended.Error.Replace("turnpike", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Continue_goes_on_with_the_conversation_that_changed_last()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"data":[{"id":"conv_7"}]}"""), FakeServer.Says("ok"));
        await CommandLine.RunAsync(["And then?", "--continue", "--server", server.Address]);
        Assert.Equal(["GET /api/conversations?limit=1&archived=false", "POST /api/turns"], server.Requests.Select(asked => asked.Line));
        Assert.Equal("conv_7", JsonDocument.Parse(server.Requests.Last().Body).RootElement.GetProperty("conversation").GetString());
    }

    [Fact]
    public async Task Control_characters_of_a_model_do_not_reach_a_terminal()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("a\u001b]0;title\u0007b"), FakeServer.Says("a\u001b]0;title\u0007b"));
        string[] args = ["Hi", "--server", server.Address];
        Assert.Equal("a\u241b]0;title\u2407b\n", (await CommandLine.RunAsync(args, terminal: true)).Out);
        Assert.Equal("a\u001b]0;title\u0007b\n", (await CommandLine.RunAsync(args)).Out);
    }
}
