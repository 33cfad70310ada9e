using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Items that are deleted from a conversation: what is left of it is a list that a provider takes.</summary>
public sealed class DeletedItems
{
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"name\":\"mine\",\"parameters\":{\"type\":\"object\"}}]";

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(RunningServer server, string conversation) => [.. (await server.GetJsonAsync($"/v1/conversations/{conversation}/items?order=asc&limit=100")).GetProperty("data").EnumerateArray()];

    private static async Task DeleteAsync(RunningServer server, string conversation, JsonElement item)
    {
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{conversation}/items/{item.Text("id")}");
        Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static Task<JsonElement> AskAsync(RunningServer server, string conversation, string input) => server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":{{input}},{{Tools}}}""");

    private static string Output(string call) => $$"""{"type":"function_call_output","call_id":"{{call}}","output":"of {{call}}"}""";

    /// <summary>Every result follows the message that makes its call, and every call has one.</summary>
    private static string[] Sent(RunningServer server)
    {
        var (open, sent) = (new HashSet<string>(), new List<string>());
        foreach (var message in server.Model.Last.Messages)
        {
            if (message.Role != ChatRole.Tool) Assert.Empty(open);
            foreach (var part in message.Contents)
            {
                if (part is FunctionCallContent call) Assert.True(open.Add(call.CallId));
                else if (part is FunctionResultContent result)
                {
                    Assert.True(open.Remove(result.CallId), $"{result.CallId} is the result of no call.");
                    sent.Add(result.Result?.ToString() ?? "");
                }
            }
        }
        Assert.Empty(open);
        return [.. sent];
    }

    private static async Task<string> ConversationAsync(RunningServer server, string kind)
    {
        if (kind == "given")
        {
            return (await server.AnswerAsync("/v1/conversations", $$"""
                {"items":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"c1","name":"mine","arguments":"{}"},{"type":"function_call","call_id":"c2","name":"mine","arguments":"{}"},{{Output("c1")}},{{Output("c2")}},{"role":"assistant","content":"Done."}]}
                """)).Text("id")!;
        }
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        server.Model.CallsAll(new FunctionCallContent("c1", "mine"), new FunctionCallContent("c2", "mine")).Says("Done.");
        await AskAsync(server, conversation, "\"Hi\"");
        if (kind == "answered") await AskAsync(server, conversation, $"[{Output("c1")},{Output("c2")}]");
        else await server.AnswerAsync($"/v1/conversations/{conversation}/items", $$"""{"items":[{{Output("c1")}},{{Output("c2")}}]}""");
        return conversation;
    }

    [Theory]
    [InlineData("given", "function_call c1", new[] { "of c2" })]
    [InlineData("given", "function_call_output c1", new[] { "No result", "of c2" })]
    [InlineData("given", "function_call c1, function_call_output c1", new[] { "of c2" })]
    [InlineData("given", "function_call_output c1, function_call c1, function_call c2", new string[0])]
    [InlineData("answered", "function_call c1", new[] { "of c2" })]
    [InlineData("answered", "function_call_output c1", new[] { "No result", "of c2" })]
    [InlineData("answered", "function_call c1, function_call c2", new string[0])]
    [InlineData("posted", "function_call c2", new[] { "of c1" })]
    [InlineData("posted", "function_call_output c2", new[] { "of c1", "No result" })]
    [InlineData("posted", "function_call c1, function_call c2", new string[0])]
    public async Task A_call_goes_with_its_result_and_a_result_leaves_a_call_without_one(string kind, string deleted, string[] results)
    {
        await using var server = new RunningServer();
        var conversation = await ConversationAsync(server, kind);
        foreach (var name in deleted.Split(", "))
        {
            var found = (await ItemsAsync(server, conversation)).FirstOrDefault(item => item.TryGetProperty("call_id", out var call) && $"{item.Text("type")} {call}" == name);
            if (found.ValueKind == JsonValueKind.Object) await DeleteAsync(server, conversation, found);
        }
        var left = (await ItemsAsync(server, conversation)).Where(item => item.Text("type") == "function_call_output").Select(item => "of " + item.Text("call_id"));
        Assert.Equal(results.Where(result => result != "No result").Order(), left.Order());
        await AskAsync(server, conversation, "\"And now?\"");
        var sent = Sent(server);
        Assert.Equal(results.Length, sent.Length);
        Assert.All(results, result => Assert.Contains(sent, one => one.StartsWith(result, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_answer_the_question_stays()
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        server.Model.Says("One.").Says("Two.").Says("Three.");
        await AskAsync(server, conversation, "\"First?\"");
        await DeleteAsync(server, conversation, (await ItemsAsync(server, conversation))[1]);
        await AskAsync(server, conversation, "\"Second?\"");
        Assert.Equal(["user: First?", "user: Second?"], server.Model.Last.Transcript);
        await DeleteAsync(server, conversation, (await ItemsAsync(server, conversation))[0]);
        await AskAsync(server, conversation, "\"Third?\"");
        Assert.Equal(["user: Second?", "assistant: Two.", "user: Third?"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_response_of_a_deleted_conversation_is_named_as_what_nothing_can_follow()
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        var response = (await AskAsync(server, conversation, "\"Hi\"")).Text("id");
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{conversation}");
        var error = await server.ErrorAsync("/v1/responses", $$"""{"model":"test/model","previous_response_id":"{{response}}","input":"And?"}""");
        Assert.Equal((404, "conversation_not_found", "previous_response_id"), (error.Status, error.Code, error.Param));
    }

    [Fact]
    public async Task Each_of_several_blocks_is_deleted_by_its_own_item()
    {
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool(() => "Rain.", "forecast", "Tells the weather."));
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        server.Model.Answers((_, stop) => ScriptedUpdates("Looking.", stop)).Says("It rains.");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Rain?","turnpike":{"tools":["forecast"]} }""");
        var items = await ItemsAsync(server, conversation);
        Assert.Equal(["message", "message", "mcp_call", "message"], items.Select(item => item.Text("type")));
        await DeleteAsync(server, conversation, items[1]);
        await DeleteAsync(server, conversation, items[3]);
        await AskAsync(server, conversation, "\"And now?\"");
        Assert.Equal(["Rain."], Sent(server));
        Assert.DoesNotContain(server.Model.Last.Transcript, line => line.Contains("Looking.", StringComparison.Ordinal) || line.Contains("It rains.", StringComparison.Ordinal));
        Assert.Equal(["tool-forecast"], await PartsAsync());
        Assert.DoesNotContain("It rains.", await TurnsAsync(server, conversation), StringComparison.Ordinal);
        await DeleteAsync(server, conversation, items[2]);
        await AskAsync(server, conversation, "\"And now?\"");
        Assert.Empty(Sent(server));
        Assert.Equal("user", (await server.GetJsonAsync("/api/chat/" + conversation)).GetProperty("messages")[1].Text("role"));

        async Task<string[]> PartsAsync() => [.. (await server.GetJsonAsync("/api/chat/" + conversation)).GetProperty("messages")[1].GetProperty("parts").EnumerateArray().Select(part => part.Text("type")!).Where(type => type != "step-start")];

        static IAsyncEnumerable<ChatResponseUpdate> ScriptedUpdates(string said, CancellationToken stop) =>
            Turnpike.Tests.Scripted.ScriptedModel.Updates([new(ChatRole.Assistant, said), new(ChatRole.Assistant, [new FunctionCallContent("call_1", "forecast")]) { FinishReason = ChatFinishReason.ToolCalls }], stop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_deleted_is_read_at_no_door(bool isGiven)
    {
        await using var server = new RunningServer();
        const string Before = """{"id":"u1","role":"user","parts":[{"type":"text","text":"My card is 4111."},{"type":"text","text":"And Rome?"}]},{"id":"a1","role":"assistant","parts":[{"type":"text","text":"Noted."}]}""";
        server.Model.Says("Sunny.").Says("Noted.");
        var body = isGiven ? $$"""{"id":"k1","messages":[{{Before}},{"id":"u2","role":"user","parts":[{"type":"text","text":"Well?"}]}]}""" : """{"id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"My card is 4111."},{"type":"text","text":"And Rome?"}]}]}""";
        await server.LinesAsync("/api/chat", body);
        var chat = await server.GetJsonAsync("/api/chat/k1");
        var conversation = chat.Text("conversation")!;
        var items = await ItemsAsync(server, conversation);
        await DeleteAsync(server, conversation, items[1]);
        var left = await server.GetJsonAsync("/api/chat/k1");
        var (gone, stays) = isGiven ? ("Noted.", "Sunny.") : ("Sunny.", "And Rome?");
        Assert.Contains(gone, chat.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(gone, left.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(stays, left.GetRawText(), StringComparison.Ordinal);
        var turns = await TurnsAsync(server, conversation);
        Assert.DoesNotContain(gone, turns, StringComparison.Ordinal);
        Assert.Contains(stays, turns, StringComparison.Ordinal);
        await DeleteAsync(server, conversation, items[0]);
        Assert.DoesNotContain("4111", (await server.GetJsonAsync("/api/chat/k1")).GetRawText() + await TurnsAsync(server, conversation), StringComparison.Ordinal);
    }

    private static async Task<string> TurnsAsync(RunningServer server, string conversation) => (await server.GetJsonAsync($"/api/conversations/{conversation}/turns")).GetRawText();

    [Fact]
    public async Task What_a_try_said_that_was_given_up_takes_nothing_of_the_answer_along()
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        server.Model.Answers((_, _) => BrokenAsync()).Says("Whole.").Says("Next.").Says("Last.");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Rain?","turnpike":{"restart":true} }""");
        var items = await ItemsAsync(server, conversation);
        Assert.Equal(3, items.Count);
        await DeleteAsync(server, conversation, items[1]);
        await AskAsync(server, conversation, "\"And now?\"");
        Assert.Equal(["user: Rain?", "assistant: Whole.", "user: And now?"], server.Model.Last.Transcript);
        await DeleteAsync(server, conversation, items[2]);
        await AskAsync(server, conversation, "\"Still?\"");
        Assert.Equal(["user: Rain?", "user: And now?", "assistant: Next.", "user: Still?"], server.Model.Last.Transcript);

        static async IAsyncEnumerable<ChatResponseUpdate> BrokenAsync()
        {
            yield return new(ChatRole.Assistant, "Who");
            await Task.Yield();
            throw new IOException("connection reset");
        }
    }

    [Fact]
    public async Task A_refusal_goes_without_the_text_before_it()
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        server.Model.Answers((_, stop) => Turnpike.Tests.Scripted.ScriptedModel.Updates([new(ChatRole.Assistant, "First. "), new(ChatRole.Assistant, [new ErrorContent("I will not.") { ErrorCode = "Refusal" }]) { FinishReason = ChatFinishReason.Stop }], stop)).Says("Next.").Says("Last.");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Do it"}""");
        var items = await ItemsAsync(server, conversation);
        Assert.Equal(3, items.Count);
        await DeleteAsync(server, conversation, items[2]);
        await AskAsync(server, conversation, "\"And now?\"");
        Assert.Equal(["user: Do it", "assistant: First. ", "user: And now?"], server.Model.Last.Transcript);
        await DeleteAsync(server, conversation, items[1]);
        await AskAsync(server, conversation, "\"Still?\"");
        Assert.Equal(["user: Do it", "user: And now?", "assistant: Next.", "user: Still?"], server.Model.Last.Transcript);
    }
}
