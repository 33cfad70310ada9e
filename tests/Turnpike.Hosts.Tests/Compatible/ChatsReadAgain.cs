using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Chats of UI clients as they are read again: whole, with the client's own ids, also those that another face made.</summary>
public sealed class ChatsReadAgain
{
    private static string User(string id, string text) => $$"""{"id":"{{id}}","role":"user","parts":[{"type":"text","text":"{{text}}"}]}""";

    private static async Task<IReadOnlyList<JsonElement>> SendAsync(RunningServer server, string body) => FaceCalls.Chunks(await server.LinesAsync("/api/chat", body));

    private static async Task<JsonElement[]> MessagesAsync(RunningServer server, string chat) => [.. (await server.GetJsonAsync("/api/chat/" + chat)).GetProperty("messages").EnumerateArray()];

    private static JsonElement Tool(JsonElement message) => message.GetProperty("parts").EnumerateArray().Single(part => part.TryGetProperty("toolCallId", out _));

    [Fact]
    public async Task What_a_client_brings_from_before_is_what_it_reads()
    {
        await using var server = new RunningServer();
        string[] before =
        [
            """{"id":"s1","role":"system","parts":[{"type":"text","text":"Be brief."}]}""",
            """{"id":"u1","role":"user","parts":[{"type":"text","text":"Rain?"},{"type":"file","mediaType":"image/png","filename":"a.png","url":"data:image/png;base64,iVBORw0KGgo="},{"type":"file","mediaType":"image/png","url":"https://example.org/b.png"}]}""",
            """{"id":"a1","role":"assistant","metadata":{"mood":"fine"},"parts":[{"type":"step-start"},{"type":"reasoning","text":"Hm.","state":"done"},{"type":"tool-forecast","toolCallId":"c1","state":"output-available","input":{"city":"Rome"},"output":{"rain":true},"providerExecuted":true},{"type":"dynamic-tool","toolName":"look","toolCallId":"c2","state":"output-error","input":{},"errorText":"No window."},{"type":"step-start"},{"type":"text","text":"Yes.","state":"done"}]}""",
            """{"id":"a2","role":"assistant","parts":[{"type":"text","text":"And wind."},{"type":"file","mediaType":"image/png","url":"data:image/png;base64,iVBORw0KGgo="}]}""",
        ];
        await SendAsync(server, $$"""{"id":"k1","messages":[{{string.Join(",", before)}},{{User("u2", "Sure?")}}]}""");
        Assert.Equal("tool: [result {\"rain\":true}]", server.Model.Last.Transcript[3]);
        Assert.Equal("tool: [result No window.]", server.Model.Last.Transcript[5]);
        var read = await MessagesAsync(server, "k1");
        Assert.Equal(["s1", "u1", "a1", "a2", "u2"], read.SkipLast(1).Select(message => message.Text("id")));
        foreach (var (given, shown) in before.Zip(read)) Assert.True(JsonNode.DeepEquals(JsonNode.Parse(given), JsonObject.Create(shown)), $"{given}\n{shown}");
    }

    [Fact]
    public async Task A_chat_is_read_in_pages_from_its_newest_message_backwards()
    {
        await using var server = new RunningServer();
        foreach (var number in (int[])[1, 2, 3]) await SendAsync(server, $$"""{"id":"k1","messages":[{{string.Join(",", Enumerable.Range(1, number).Select(one => User($"u{one}", $"Question {one}")))}}]}""");
        var newest = await server.GetJsonAsync("/api/chat/k1?limit=2");
        Assert.Equal(["u2", "u3"], Users(newest));
        var earlier = await server.GetJsonAsync($"/api/chat/k1?limit=2&turn={newest.Text("earlier")}");
        Assert.Equal(["u1"], Users(earlier));
        Assert.False(earlier.TryGetProperty("earlier", out _));
        using var unknown = await server.SendAsync(HttpMethod.Get, "/api/chat/k1?turn=turn_nobody");
        Assert.Equal(404, (int)unknown.StatusCode);

        static IEnumerable<string?> Users(JsonElement chat) => chat.GetProperty("messages").EnumerateArray().Where(message => message.Text("role") == "user").Select(message => message.Text("id"));
    }

    [Fact]
    public async Task A_conversation_of_another_face_has_its_calls_and_results_in_one_message()
    {
        await using var server = new RunningServer();
        const string Items = """[{"role":"user","content":"Rain?"},{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]},{"type":"function_call","call_id":"c1","name":"forecast","arguments":"{\"city\":\"Rome\"}"},{"type":"function_call_output","call_id":"c1","output":"{\"rain\":true}"},{"role":"assistant","content":"Yes."}]""";
        var conversation = (await server.AnswerAsync("/v1/conversations", $$"""{"items":{{Items}}}""")).Text("id")!;
        var read = await MessagesAsync(server, conversation);
        Assert.Equal(["user", "assistant"], read.Select(message => message.Text("role")));
        Assert.Equal("""[{"type":"reasoning","text":"Hm."},{"type":"tool-forecast","toolCallId":"c1","state":"output-available","input":{"city":"Rome"},"output":{"rain":true}},{"type":"step-start"},{"type":"text","text":"Yes."}]""", read[1].GetProperty("parts").GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_a_later_turn_answered_has_its_result(bool asItem)
    {
        await using var server = new RunningServer();
        const string Mine = "\"tools\":[{\"type\":\"function\",\"name\":\"mine\",\"parameters\":{\"type\":\"object\"}}]";
        const string Output = """[{"type":"function_call_output","call_id":"call_1","output":"done"}]""";
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        server.Model.Calls("mine").Says("Thanks.");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Hi",{{Mine}}}""");
        Assert.Equal("input-available", Tool((await MessagesAsync(server, conversation))[1]).Text("state"));
        if (asItem) await server.AnswerAsync($"/v1/conversations/{conversation}/items", $$"""{"items":{{Output}}}""");
        else await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":{{Output}},{{Mine}}}""");
        var tool = Tool((await MessagesAsync(server, conversation))[1]);
        Assert.Equal(("output-available", "done"), (tool.Text("state"), tool.Text("output")));
    }

    [Fact]
    public async Task What_a_tool_answers_is_a_value_a_text_or_parts_in_the_stream_and_later()
    {
        await using var server = new RunningServer(services => services.AddTurnpike()
            .AddTool(() => "{\"rain\":true}", "value", "JSON as text.").AddTool(() => "Rain.", "text", "Text.")
            .AddTool(() => new AIContent[] { new TextContent("Drawn."), new DataContent(new byte[] { 1, 2, 3 }, "image/png") }, "draw", "Draws."));
        server.Model.CallsAll(new FunctionCallContent("c1", "value"), new FunctionCallContent("c2", "text"), new FunctionCallContent("c3", "draw")).Says("Done.");
        var chunks = await SendAsync(server, $$"""{"id":"k1","messages":[{{User("u1", "Go")}}],"tools":["value","text","draw"]}""");
        var told = chunks.Where(chunk => chunk.Text("type") == "tool-output-available").ToDictionary(chunk => chunk.Text("toolCallId")!, chunk => chunk.GetProperty("output").GetRawText());
        var read = (await MessagesAsync(server, "k1"))[1].GetProperty("parts").EnumerateArray().Where(part => part.TryGetProperty("toolCallId", out _)).ToDictionary(part => part.Text("toolCallId")!, part => part.GetProperty("output").GetRawText());
        foreach (var outputs in (Dictionary<string, string>[])[told, read])
        {
            Assert.Equal(("""{"rain":true}""", "\"Rain.\""), (outputs["c1"], outputs["c2"]));
            var parts = JsonElement.Parse(outputs["c3"]).GetProperty("content");
            Assert.Equal(("Drawn.", "image/png"), (parts[0].Text("text"), parts[1].Text("mediaType")));
        }
    }

    [Fact]
    public async Task A_call_that_was_answered_has_its_result_while_its_turn_waits_for_others()
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.CallsAll(new FunctionCallContent("c1", "mine"), new FunctionCallContent("c2", "book"), new FunctionCallContent("c3", "mine")).Says("Done.");
        await SendAsync(server, $$"""{"id":"k1","messages":[{{User("u1", "Go!")}}],"tools":["book"],"clientTools":[{"name":"mine"}]}""");
        var conversation = (await server.GetJsonAsync("/api/chat/k1")).Text("conversation");
        var turn = (await server.GetJsonAsync($"/api/conversations/{conversation}")).Text("head");
        Assert.Equal(["input-available", "approval-requested", "input-available"], (await PartsAsync()).Select(part => part.Text("state")));

        await server.PostAsync($"/api/turns/{turn}/tool-results", new { callId = "c3", output = new { city = "Rome" } });
        await server.PostAsync($"/api/turns/{turn}/approvals/c2", new { approved = true });
        var parts = await PartsAsync();
        Assert.Equal(["input-available", "approval-responded", "output-available"], parts.Select(part => part.Text("state")));
        Assert.Equal(("""{"city":"Rome"}""", true), (parts[2].GetProperty("output").GetRawText(), parts[1].GetProperty("approval").GetProperty("approved").GetBoolean()));
        var kept = await server.GetJsonAsync($"/api/turns/{turn}");
        Assert.Equal(("waiting", "c1", "tool"), (kept.Text("status"), kept.GetProperty("openCalls").EnumerateArray().Single().Text("callId"), kept.GetProperty("messages")[2].Text("role")));
        var told = Assert.Single(kept.GetProperty("messages")[2].GetProperty("content").EnumerateArray());
        Assert.Contains("Rome", told.GetRawText(), StringComparison.Ordinal);

        await server.PostAsync($"/api/turns/{turn}/tool-results", new { callId = "c1", output = "Oslo" });
        await server.Client.GetStringAsync($"/api/turns/{turn}/events", TestContext.Current.CancellationToken);
        Assert.Equal("tool: [result Oslo] [result Booked.] [result {\"city\":\"Rome\"}]", server.Model.Last.Transcript[^1]);
        Assert.Equal(["output-available", "output-available", "output-available"], (await PartsAsync()).Select(part => part.Text("state")));

        async Task<JsonElement[]> PartsAsync() => [.. (await MessagesAsync(server, "k1"))[1].GetProperty("parts").EnumerateArray().Where(part => part.TryGetProperty("toolCallId", out _))];
    }

    [Fact]
    public async Task A_turn_that_waits_says_so_and_who_refused_is_quoted()
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book").Says("Pity.");
        var asked = await SendAsync(server, $$"""{"id":"k1","messages":[{{User("u1", "Book!")}}],"tools":["book"]}""");
        var waiting = (await MessagesAsync(server, "k1"))[1];
        Assert.Equal(("waiting", "approval-requested"), (waiting.GetProperty("metadata").Text("status"), Tool(waiting).Text("state")));
        var told = await SendAsync(server, $$$"""{"id":"k1","messages":[{{{User("u1", "Book!")}}},{"id":"{{{asked[0].Text("messageId")}}}","role":"assistant","parts":[{"type":"tool-book","toolCallId":"call_1","state":"approval-responded","input":{},"approval":{"id":"apr_call_1","approved":false,"reason":"too dear"}}]}]}""");
        var response = told.Single(chunk => chunk.Text("type") == "tool-approval-response");
        Assert.Equal((false, "too dear"), (response.GetProperty("approved").GetBoolean(), response.Text("reason")));
        var refused = (await MessagesAsync(server, "k1"))[1];
        Assert.Equal(("completed", "output-denied"), (refused.GetProperty("metadata").Text("status"), Tool(refused).Text("state")));
        var why = asked.Single(chunk => chunk.Text("type") == "tool-approval-request").Text("reason");
        Assert.Equal($$"""{"id":"apr_call_1","requestReason":"{{why}}","approved":false,"reason":"too dear"}""", Tool(refused).GetProperty("approval").GetRawText());
        Assert.Contains("too dear", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_ids_in_two_chats_are_two_messages()
    {
        await using var server = new RunningServer();
        foreach (var chat in (string[])["k1", "k2"]) await SendAsync(server, $$"""{"id":"{{chat}}","messages":[{{User("u1", "In " + chat)}}]}""");
        await SendAsync(server, $$"""{"id":"k2","messages":[{{User("u1", "Edited")}}],"messageId":"u1"}""");
        Assert.Equal(["user: Edited"], server.Model.Last.Transcript);
        var conversation = (await server.GetJsonAsync("/api/chat/k2")).Text("conversation");
        Assert.Equal(2, (await server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=true")).GetProperty("data")[0].GetProperty("siblings").GetArrayLength());
        Assert.Equal("In k1", (await MessagesAsync(server, "k1"))[0].GetProperty("parts")[0].Text("text"));
    }
}
