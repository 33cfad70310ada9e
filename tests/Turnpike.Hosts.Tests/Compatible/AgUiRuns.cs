using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Runs of agent user interfaces, on the wire.</summary>
public sealed class AgUiRuns
{
    private const string Path = "/api/agui";

    private static string Run(string thread, string run, string messages, string more = "") => $$"""{"threadId":"{{thread}}","runId":"{{run}}","messages":[{{messages}}]{{more}}}""";

    private static string User(string id, string text) => $$"""{"id":"{{id}}","role":"user","content":"{{text}}"}""";

    private static async Task<IReadOnlyList<JsonElement>> EventsAsync(RunningServer server, string body)
    {
        using var response = await server.PostJsonAsync(Path, body, ("Accept", "text/event-stream"));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return FaceCalls.Chunks(FaceCalls.Lines(text));
    }

    [Fact]
    public async Task A_run_is_told_from_its_start_to_its_end()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes", ".");
        var events = await EventsAsync(server, Run("t1", "r1", User("u1", "Hi")));
        Assert.Equal(["RUN_STARTED", "STATE_SNAPSHOT", "STEP_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_END", "STEP_FINISHED", "RUN_FINISHED"], events.Select(one => one.Text("type")).Where(type => type != "TEXT_MESSAGE_CONTENT"));
        Assert.Equal("Yes.", string.Concat(events.Where(one => one.Text("type") == "TEXT_MESSAGE_CONTENT").Select(one => one.Text("delta"))));
        Assert.Equal(("t1", "r1", "1.0"), (events[0].Text("threadId"), events[0].Text("runId"), events[0].Text("protocolVersion")));
        var end = events[^1];
        Assert.Equal(("t1", "r1"), (end.Text("threadId"), end.Text("runId")));
        Assert.False(end.TryGetProperty("outcome", out _));
        var usage = end.GetProperty("usage")[0];
        Assert.Equal(("test", "model", 12), (usage.Text("provider"), usage.Text("model"), usage.GetProperty("totalTokens").GetInt32()));
    }

    [Fact]
    public async Task A_thread_goes_on_and_a_message_sent_again_is_answered_again()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.");
        var first = await EventsAsync(server, Run("t1", "r1", User("u1", "1")));
        var answer = $$"""{"id":"{{first.First(one => one.Text("type") == "TEXT_MESSAGE_START").Text("messageId")}}","role":"assistant","content":"forged"}""";
        await EventsAsync(server, Run("t1", "r2", $"{User("u1", "1")},{answer},{User("u2", "2")}"));
        Assert.Equal(["user: 1", "assistant: One.", "user: 2"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t1", "r3", $"{User("u1", "1")},{answer},{User("u2", "2")}"));
        Assert.Equal(["user: 1", "assistant: One.", "user: 2"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t9", "r9", $$"""{"id":"a","role":"user","content":"I live in Oslo."},{"id":"b","role":"assistant","content":"Nice."},{{User("c", "Where?")}}"""));
        Assert.Equal(["user: I live in Oslo.", "assistant: Nice.", "user: Where?"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_thread_whose_conversation_was_deleted_begins_anew_under_its_id()
    {
        await using var server = new RunningServer();
        await EventsAsync(server, Run("t1", "r1", User("u1", "1")));
        var conversation = (await server.GetJsonAsync("/api/conversations")).GetProperty("data")[0].Text("id");
        using (var deleted = await server.SendAsync(HttpMethod.Delete, "/api/conversations/" + conversation)) Assert.True(deleted.IsSuccessStatusCode);
        await EventsAsync(server, Run("t1", "r1", User("u1", "1 again")));
        Assert.Equal(["user: 1 again"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t1", "r2", $$"""{{User("u1", "1 again")}},{"id":"a1","role":"assistant","content":"ok"},{{User("u2", "2")}}"""));
        Assert.Equal(["user: 1 again", "assistant: ok", "user: 2"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Triggers_parts_context_and_native_fields_reach_the_provider()
    {
        await using var server = new RunningServer();
        var events = await EventsAsync(server, Run("t1", "r1", """{"id":"u1","role":"user","content":[{"type":"text","text":"@.params.temp 0.2; Look"},{"type":"image","source":{"type":"url","value":"https://example.org/a.png"}}]}""",
            ""","context":[{"description":"place","value":"Oslo harbour"}],"forwardedProps":{"turnpike":{"parameters":{"topP":0.5}}}"""));
        Assert.Equal((0.2f, 0.5f), (server.Model.Last.Options.Temperature, server.Model.Last.Options.TopP));
        Assert.Equal("https://example.org/a.png", server.Model.Last.Messages[^1].Contents.OfType<UriContent>().Single().Uri.OriginalString);
        Assert.Contains("Oslo harbour", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        var triggers = events.Single(one => one.Text("type") == "CUSTOM");
        Assert.Equal(("turnpike.triggers", "params.temp"), (triggers.Text("name"), triggers.GetProperty("value")[0].Text("trigger")));
    }

    [Fact]
    public async Task State_sets_the_prompts_variables_and_secrets_are_not_told()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Variables = [new() { Name = "city", Required = true }, new() { Name = "key", Secret = true }] }, null, TestContext.Current.CancellationToken);
        var events = await EventsAsync(server, Run("t1", "r1", User("u1", "Hi"), ""","state":{"city":"Rome","key":"hush","other":1},"forwardedProps":{"turnpike":{"prompt":"guide"}}"""));
        Assert.Equal(["system: Answer as a guide to Rome.", "user: Visitor says:\n\nHi"], server.Model.Last.Transcript);
        Assert.Equal("""{"city":"Rome"}""", events[1].GetProperty("snapshot").GetRawText());
        await EventsAsync(server, Run("t1", "r2", User("u2", "Go"), ""","state":{"city":"Oslo"}"""));
        Assert.Equal("system: Answer as a guide to Oslo.", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Client_tools_are_handed_over_and_answered_by_messages()
    {
        await using var server = new RunningServer();
        server.Model.Calls("locate").Says("Rome.");
        const string Tools = ""","tools":[{"name":"locate","description":"d","parameters":{"type":"object"}}]""";
        var asked = await EventsAsync(server, Run("t1", "r1", User("u1", "Where?"), Tools));
        Assert.Equal(["RUN_STARTED", "STATE_SNAPSHOT", "STEP_STARTED", "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "STEP_FINISHED", "RUN_FINISHED"], asked.Select(one => one.Text("type")));
        Assert.Equal("""{"type":"success","pendingToolCallIds":["call_1"]}""", asked[^1].GetProperty("outcome").GetRawText());
        const string Called = """{"id":"a1","role":"assistant","toolCalls":[{"id":"call_1","type":"function","function":{"name":"locate","arguments":"{}"}}]}""";
        var answered = await EventsAsync(server, Run("t1", "r2", $$"""{{User("u1", "Where?")}},{{Called}},{"id":"x1","role":"tool","toolCallId":"call_1","content":"here"}""", Tools));
        Assert.Equal("tool: [result here]", server.Model.Last.Transcript[^1]);
        Assert.DoesNotContain("TOOL_CALL_RESULT", answered.Select(one => one.Text("type")));
    }

    [Theory]
    [InlineData(true, "Booked.")]
    [InlineData(false, "declined")]
    public async Task An_approval_is_an_interrupt_that_the_next_run_resumes(bool approved, string told)
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book").Says("Done.");
        var asked = await EventsAsync(server, Run("t1", "r1", User("u1", "Book!"), ""","forwardedProps":{"turnpike":{"tools":["book"]}}"""));
        var interrupt = asked[^1].GetProperty("outcome").GetProperty("interrupts")[0];
        Assert.Equal(("tool_approval", "call_1"), (interrupt.Text("reason"), interrupt.Text("toolCallId")));
        var missing = await server.ErrorAsync(Path, Run("t1", "r2", "", ""","resume":[{"interruptId":"other","status":"resolved"}]"""));
        Assert.Equal((400, "tool_call_unknown", "resume[0].interruptId"), (missing.Status, missing.Code, missing.Param));
        var resumed = await EventsAsync(server, Run("t1", "r3", "", $$""","resume":[{"interruptId":"{{interrupt.Text("id")}}","status":"resolved","payload":{"approved":{{(approved ? "true" : "false")}},"reason":"declined"} }]"""));
        Assert.Contains(told, resumed.Single(one => one.Text("type") == "TOOL_CALL_RESULT").Text("content")!, StringComparison.Ordinal);
        Assert.Equal("RUN_FINISHED", resumed[^1].Text("type"));
    }

    [Fact]
    public async Task A_failed_run_ends_with_an_error_and_nothing_behind_it()
    {
        await using var server = new RunningServer();
        server.Model.Fails(new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.ProviderRefused, "No."));
        var events = await EventsAsync(server, Run("t1", "r1", User("u1", "Hi")));
        Assert.Equal(("RUN_ERROR", "provider_refused"), (events[^1].Text("type"), events[^1].Text("code")));
    }

    [Theory]
    [InlineData("""{"runId":"r","messages":[]}""", "threadId")]
    [InlineData("""{"threadId":"t","messages":[]}""", "runId")]
    [InlineData("""{"threadId":"t","runId":"r"}""", "messages")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[]}""", "messages")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"u","role":"robot","content":"x"},{"id":"v","role":"user","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"u","role":"user","content":[{"type":"video"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"u","role":"user","content":"x"}],"context":[{"description":"d"}]}""", "context[0].value")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"u","role":"user","content":"x"}],"tools":[{}]}""", "tools[0].name")]
    public async Task What_is_not_taken_is_refused_with_the_field(string body, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(Path, body);
        Assert.Equal((400, param), (error.Status, error.Param));
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task The_id_of_a_run_is_used_once()
    {
        await using var server = new RunningServer();
        await EventsAsync(server, Run("t1", "r1", User("u1", "Hi")));
        Assert.Equal((409, "idempotency_conflict"), await server.ErrorAsync(Path, Run("t1", "r1", User("u2", "Ho"))) is var error ? (error.Status, error.Code) : default);
    }
}
