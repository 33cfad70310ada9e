using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Which calls a run answers, and what of its messages is new.</summary>
public sealed class AgUiAnswersOpen
{
    private const string Tools = ""","tools":[{"name":"locate","description":"d","parameters":{"type":"object"}}]""";

    private static string Run(string run, string messages, string more = "") => $$"""{"threadId":"t1","runId":"{{run}}","messages":[{{messages}}]{{more}}}""";

    private static string User(string id, string text) => $$"""{"id":"{{id}}","role":"user","content":"{{text}}"}""";

    private static async Task<IReadOnlyList<JsonElement>> EventsAsync(RunningServer server, string body)
    {
        using var response = await server.PostJsonAsync("/api/agui", body, ("Accept", "text/event-stream"));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return FaceCalls.Chunks(FaceCalls.Lines(text));
    }

    private static async Task<string> HeadAsync(RunningServer server) => (await server.GetJsonAsync("/api/conversations/" + (await server.GetJsonAsync("/api/conversations")).GetProperty("data")[0].Text("id"))).Text("head")!;

    [Theory]
    [InlineData("u1", "go", new[] { "user: go" })]
    [InlineData("u2", "wait", new[] { "user: go", "user: wait" })]
    public async Task Beside_an_answer_only_a_new_message_is_said(string id, string text, string[] said)
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book").Says("Done.").Says("Next.");
        await EventsAsync(server, Run("r1", User("u1", "go"), ""","forwardedProps":{"turnpike":{"tools":["book"]}}"""));
        await EventsAsync(server, Run("r2", User(id, text), ""","resume":[{"interruptId":"apr_call_1","status":"resolved","payload":{"approved":false} }]"""));
        Assert.Equal(said, server.Model.Last.Transcript.Where(line => line.StartsWith("user:", StringComparison.Ordinal)));
        Assert.Single(server.Model.Last.Transcript, line => line.StartsWith("tool:", StringComparison.Ordinal));
        await EventsAsync(server, Run("r3", $$"""{{User("u1", "go")}},{"id":"a1","role":"assistant","content":"Done."},{{User("u3", "and?")}}"""));
        Assert.Equal([.. said, "user: and?"], server.Model.Last.Transcript.Where(line => line.StartsWith("user:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Open_calls_are_those_of_the_turn_that_is_named()
    {
        await using var server = new RunningServer();
        server.Model.Calls("locate").Says("Aside.").Says("Rome.");
        await EventsAsync(server, Run("r1", User("u1", "Where?"), Tools));
        var asked = await HeadAsync(server);
        await EventsAsync(server, Run("r2", User("u2", "Never mind")));
        var named = $$""","forwardedProps":{"turnpike":{"parent":"{{asked}}"} }""";
        await EventsAsync(server, Run("r3", """{"id":"x1","role":"tool","toolCallId":"call_1","content":"here"}""", Tools + named));
        Assert.Equal(["user: Where?", "assistant: [call locate]", "tool: [result here]"], server.Model.Last.Transcript);
        Assert.Equal(asked, (await server.GetJsonAsync("/api/turns/" + await HeadAsync(server))).Text("parent"));

        await EventsAsync(server, Run("r4", $"{User("u2", "Never mind")},{User("u4", "Else")}", named));
        Assert.Equal(asked, (await server.GetJsonAsync("/api/turns/" + await HeadAsync(server))).Text("parent"));
        Assert.Equal("user: Else", server.Model.Last.Transcript[^1]);
        var refused = await server.ErrorAsync("/api/agui", Run("r5", User("u5", "x"), ""","parentRunId":"r2" """ + named));
        Assert.Equal((400, "parentRunId"), (refused.Status, refused.Param));
    }
}
