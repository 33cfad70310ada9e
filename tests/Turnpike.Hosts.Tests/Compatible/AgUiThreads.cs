using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Where runs of agent user interfaces go in their threads, and the state that they tell.</summary>
public sealed class AgUiThreads
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
    public async Task Triggers_change_the_state_that_the_run_began_with()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Variables = [new() { Name = "city" }, new() { Name = "tone" }, new() { Name = "key", Secret = true }] }, null, TestContext.Current.CancellationToken);
        var events = await EventsAsync(server, Run("t1", "r1", User("u1", "@.vars.set city=Oslo tone=warm key=hush; Hi"), ""","state":{"city":"Rome","other":1},"forwardedProps":{"turnpike":{"prompt":"guide"}}"""));
        Assert.Equal("system: Answer as a guide to Oslo.", server.Model.Last.Transcript[0]);
        Assert.Equal(["RUN_STARTED", "STATE_SNAPSHOT", "CUSTOM", "STATE_DELTA", "STEP_STARTED"], events.Take(5).Select(one => one.Text("type")));
        Assert.Equal("""{"city":"Rome"}""", events[1].GetProperty("snapshot").GetRawText());
        Assert.Equal("""[{"op":"replace","path":"/city","value":"Oslo"},{"op":"add","path":"/tone","value":"warm"}]""", events[3].GetProperty("delta").GetRawText());
        Assert.DoesNotContain("STATE_DELTA", (await EventsAsync(server, Run("t2", "r2", User("u1", "Hi"), ""","state":{"city":"Rome"},"forwardedProps":{"turnpike":{"prompt":"guide"}}"""))).Select(one => one.Text("type")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"id":"s","role":"system","content":"Be brief."},""", "system: Be brief.")]
    public async Task A_message_that_nothing_of_the_talk_stands_before_begins_anew(string before, params string[] system)
    {
        await using var server = new RunningServer();
        await EventsAsync(server, Run("t1", "r1", User("u1", "One")));
        await EventsAsync(server, Run("t1", "r2", before + User("u2", "Two")));
        Assert.Equal([.. system, "user: Two"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t1", "r22", $$"""{{before}}{{User("u2", "Two")}},{"id":"a","role":"assistant","content":"ok"},{{User("u22", "More")}}"""));
        Assert.Equal([.. system, "user: Two", "assistant: ok", "user: More"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t1", "r3", User("u3", "Three"), ""","parentRunId":"r1" """));
        Assert.Equal(["user: One", "assistant: ok", "user: Three"], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("system")]
    [InlineData("developer")]
    public async Task What_the_system_says_first_in_a_new_thread_is_sent_in_every_run(string role)
    {
        await using var server = new RunningServer();
        var first = $$"""{"id":"s","role":"{{role}}","content":"Be brief."},{{User("u1", "One")}}""";
        await EventsAsync(server, Run("t1", "r1", first));
        Assert.Equal(["system: Be brief.", "user: One"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t1", "r2", $$"""{{first}},{"id":"a","role":"assistant","content":"ok"},{{User("u2", "Two")}}"""));
        Assert.Equal(["system: Be brief.", "user: One", "assistant: ok", "user: Two"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_same_ids_in_two_threads_are_two_messages()
    {
        await using var server = new RunningServer();
        await EventsAsync(server, Run("t1", "r1", User("s1", "First of one")));
        await EventsAsync(server, Run("t2", "r2", User("s1", "First of two")));
        var answer = """{"id":"a","role":"assistant","content":"ok"}""";
        await EventsAsync(server, Run("t2", "r3", $"{User("s1", "First of two")},{answer},{User("s2", "Second of two")}"));
        await EventsAsync(server, Run("t2", "r4", User("s1", "First of two, again")));
        Assert.Equal(["user: First of two, again"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t1", "r5", $"{User("s1", "First of one")},{answer},{User("s2", "Second of one")}"));
        Assert.Equal(["user: First of one", "assistant: ok", "user: Second of one"], server.Model.Last.Transcript);
        await EventsAsync(server, Run("t2", "r6", $"{User("s1", "First of two")},{answer},{User("s2", "Second of two, again")}"));
        Assert.Equal(["user: First of two", "assistant: ok", "user: Second of two, again"], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData(",\"payload\":\"yes\"")]
    [InlineData(",\"payload\":true")]
    [InlineData("")]
    public async Task An_answer_that_says_neither_yes_nor_no_is_refused_and_the_call_waits_on(string payload)
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book").Says("Done.");
        await EventsAsync(server, Run("t1", "r1", User("u1", "Book!"), ""","forwardedProps":{"turnpike":{"tools":["book"]}}"""));
        var error = await server.ErrorAsync(Path, Run("t1", "r2", "", $$""","resume":[{"interruptId":"apr_call_1","status":"resolved"{{payload}}}]"""));
        Assert.Equal((400, "resume[0].payload"), (error.Status, error.Param));
        await EventsAsync(server, Run("t1", "r3", "", ""","resume":[{"interruptId":"apr_call_1","status":"resolved","payload":{"approved":true}}]"""));
        Assert.Equal("tool: [result Booked.]", server.Model.Last.Transcript[^1]);
    }
}
