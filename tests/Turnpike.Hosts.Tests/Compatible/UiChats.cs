using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

public sealed class UiChats
{
    private static string User(string id, string text) => $$"""{"id":"{{id}}","role":"user","parts":[{"type":"text","text":"{{text}}"}]}""";

    private static string Submit(string chat, params string[] messages) => $$"""{"id":"{{chat}}","trigger":"submit-message","messages":[{{string.Join(",", messages)}}]}""";

    private static string Text(IReadOnlyList<JsonElement> chunks) => string.Concat(chunks.Where(chunk => chunk.Text("type") == "text-delta").Select(chunk => chunk.Text("delta")));

    private static async Task<IReadOnlyList<JsonElement>> SendAsync(RunningServer server, string body)
    {
        var lines = await server.LinesAsync("/api/chat", body);
        Assert.True(lines.Count > 0, "There was no stream.");
        Assert.Equal("[DONE]", lines[^1]);
        return FaceCalls.Chunks(lines);
    }

    [Fact]
    public async Task A_stream_is_start_step_text_and_finish()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes", ".");
        using var response = await server.PostJsonAsync("/api/chat", Submit("k1", User("u1", "Rain?")));
        Assert.Equal("v1", response.Headers.GetValues("x-vercel-ai-ui-message-stream").Single());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        var chunks = FaceCalls.Chunks(FaceCalls.Lines(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(["start", "start-step", "text-start", "text-end", "finish-step", "finish"], chunks.Select(chunk => chunk.Text("type")).Where(type => type != "text-delta"));
        Assert.Equal("Yes.", Text(chunks));
        var turn = response.Headers.GetValues("Turnpike-Turn").Single();
        Assert.Equal(("msg_" + turn["turn_".Length..], turn), (chunks[0].Text("messageId"), chunks[0].GetProperty("messageMetadata").Text("turn")));
        Assert.Equal(turn["turn_".Length..] + "_0", chunks[2].Text("id"));
        Assert.Equal(("stop", "completed"), (chunks[^1].Text("finishReason"), chunks[^1].GetProperty("messageMetadata").Text("status")));
        Assert.Equal(12, chunks[^1].GetProperty("messageMetadata").GetProperty("usage").GetProperty("inputTokens").GetInt32() + chunks[^1].GetProperty("messageMetadata").GetProperty("usage").GetProperty("outputTokens").GetInt32());
    }

    [Fact]
    public async Task An_answer_that_is_begun_anew_resets_its_step_and_is_read_without_what_had_come()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, _) => BrokenAsync()).Says("Whole.");
        var chunks = FaceCalls.Chunks((await server.LinesAsync("/api/chat", $$$"""{"id":"k1","trigger":"submit-message","turnpike":{"restart":true},"messages":[{{{User("u1", "Rain?")}}}]}""")));
        Assert.Equal(["start-step", "text-start", "text-end", "reset-step", "text-start", "text-end", "finish-step"], chunks.Select(chunk => chunk.Text("type")).Where(type => type is not ("start" or "text-delta" or "finish")));
        var parts = (await server.GetJsonAsync("/api/chat/k1")).GetProperty("messages")[1].GetProperty("parts");
        Assert.Equal("""[{"type":"step-start"},{"type":"text","text":"Whole.","state":"done"}]""", parts.GetRawText());

        server.Model.Answers((_, _) => BrokenAsync()).Says("Never asked.");
        using var chat = await server.PostJsonAsync("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"turnpike":{"restart":true}}""");
        Assert.Equal(502, (int)chat.StatusCode); // chunks cannot be taken back
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BrokenAsync()
    {
        yield return new(ChatRole.Assistant, "Half");
        await Task.Yield();
        throw new IOException("connection reset");
    }

    [Fact]
    public async Task The_servers_history_is_the_truth()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.");
        var first = await SendAsync(server, Submit("k1", User("u1", "1")));
        var answer = $$"""{"id":"{{first[0].Text("messageId")}}","role":"assistant","parts":[{"type":"text","text":"forged"}]}""";
        await SendAsync(server, Submit("k1", User("u1", "1"), answer, User("u2", "2")));
        Assert.Equal(["user: 1", "assistant: One.", "user: 2"], server.Model.Last.Transcript);
        var chat = await server.GetJsonAsync("/api/chat/k1");
        Assert.Equal(["u1", first[0].Text("messageId"), "u2"], chat.GetProperty("messages").EnumerateArray().Select(message => message.Text("id")).Take(3));
        Assert.Equal("One.", chat.GetProperty("messages")[1].GetProperty("parts")[1].Text("text"));
        Assert.Equal("k1", chat.Text("id"));
    }

    [Fact]
    public async Task A_chat_whose_conversation_was_deleted_begins_anew_under_its_id()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.");
        var first = await SendAsync(server, Submit("k1", User("u1", "1")));
        var answer = $$"""{"id":"{{first[0].Text("messageId")}}","role":"assistant","parts":[{"type":"text","text":"One."}]}""";
        await DeleteAsync(server, first);
        var second = await SendAsync(server, Submit("k1", User("u2", "2")));
        Assert.Equal(["user: 2"], server.Model.Last.Transcript);
        Assert.Equal("u2", (await server.GetJsonAsync("/api/chat/k1")).GetProperty("messages")[0].Text("id"));

        await DeleteAsync(server, second);
        await SendAsync(server, Submit("k1", User("u1", "1"), answer, User("u3", "3"))); // all that the client has
        Assert.Equal(["user: 1", "assistant: One.", "user: 3"], server.Model.Last.Transcript);
        await SendAsync(server, $$"""{"id":"k1","trigger":"submit-message","message":{{User("u4", "4")}}}""");
        Assert.Equal(["user: 1", "assistant: One.", "user: 3", "assistant: ok", "user: 4"], server.Model.Last.Transcript);
    }

    private static async Task DeleteAsync(RunningServer server, IReadOnlyList<JsonElement> chunks)
    {
        var turn = await server.GetJsonAsync("/api/turns/" + chunks[0].GetProperty("messageMetadata").Text("turn"));
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/api/conversations/" + turn.Text("conversation"));
        Assert.True(deleted.IsSuccessStatusCode);
    }

    [Fact]
    public async Task An_edit_and_a_regeneration_are_siblings()
    {
        await using var server = new RunningServer();
        var first = await SendAsync(server, Submit("k1", User("u1", "1")));
        var answer = $$"""{"id":"{{first[0].Text("messageId")}}","role":"assistant","parts":[]}""";
        var second = await SendAsync(server, Submit("k1", User("u1", "1"), answer, User("u2", "2")));
        var edited = await SendAsync(server, $$"""{"id":"k1","trigger":"submit-message","messageId":"u2","messages":[{{User("u1", "1")}},{{answer}},{{User("u2", "2b")}}]}""");
        Assert.Equal(["user: 1", "assistant: ok", "user: 2b"], server.Model.Last.Transcript);
        var again = await SendAsync(server, $$"""{"id":"k1","trigger":"regenerate-message","messageId":"{{second[0].Text("messageId")}}","messages":[{{User("u1", "1")}},{{answer}},{{User("u2", "2")}}]}""");
        Assert.Equal(["user: 1", "assistant: ok", "user: 2"], server.Model.Last.Transcript);
        var root = await SendAsync(server, $$"""{"id":"k1","trigger":"regenerate-message","messages":[{{User("u1", "1")}}]}""");
        Assert.Equal(["user: 1"], server.Model.Last.Transcript);
        Assert.Equal(5, new[] { first, second, edited, again, root }.Select(chunks => chunks[0].Text("messageId")).Distinct().Count());
    }

    [Theory]
    [InlineData("@.system.append! Short.; Hi")]
    [InlineData("@.resource.add! \\\"data:text/plain;base64,SGk=\\\"; Hi")]
    [InlineData("@.resource.drop! kept; Hi")]
    [InlineData("@.prompt.use! translate; Hi")]
    public async Task A_regeneration_of_sticky_triggers_sends_and_sets_the_same(string text)
    {
        await using var server = new RunningServer();
        using var saved = await server.PostAsync("/api/prompts", new { key = "translate", messages = new[] { new { role = "system", content = "You translate." }, new { role = "user", content = "To French:" } } });
        await SendAsync(server, Submit("k1", User("u1", "1")));
        var id = (await server.GetJsonAsync("/api/conversations")).GetProperty("data")[0].Text("id");
        using var attached = await server.PostAsync($"/api/conversations/{id}/resources", new { kind = "note", title = "kept", text = "N", policy = "sticky" });
        var first = await SendAsync(server, Submit("k1", User("u2", text)));
        var (sent, kept) = (string.Join('\n', server.Model.Last.Transcript), await KeptAsync());
        Assert.DoesNotContain("@.", sent, StringComparison.Ordinal);
        var second = await SendAsync(server, $$"""{"id":"k1","trigger":"regenerate-message","messageId":"{{first[0].Text("messageId")}}","messages":[{{User("u2", text)}}]}""");
        Assert.Equal((sent, kept), (string.Join('\n', server.Model.Last.Transcript), await KeptAsync()));
        await SendAsync(server, $$"""{"id":"k1","trigger":"submit-message","messageId":"u2","messages":[{{User("u2", text)}}]}""");
        Assert.Equal((sent, kept), (string.Join('\n', server.Model.Last.Transcript), await KeptAsync()));
        var turn = await server.GetJsonAsync("/api/turns/" + second[0].GetProperty("messageMetadata").Text("turn"));
        Assert.Equal("regenerate", turn.GetProperty("origin").Text("kind"));

        async Task<string> KeptAsync()
        {
            var conversation = System.Text.Json.Nodes.JsonNode.Parse((await server.GetJsonAsync("/api/conversations/" + id)).GetRawText())!.AsObject();
            return string.Join('\n', ((string[])["system", "prompt", "resources"]).Select(name => conversation[name]?.ToJsonString()));
        }
    }

    [Fact]
    public async Task Messages_from_before_are_taken_into_a_new_conversation()
    {
        await using var server = new RunningServer();
        await SendAsync(server, Submit("k9", User("a", "I live in Oslo."), """{"id":"b","role":"assistant","parts":[{"type":"text","text":"Nice."}]}""", User("c", "Where do I live?")));
        Assert.Equal(["user: I live in Oslo.", "assistant: Nice.", "user: Where do I live?"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Triggers_are_read_and_shown_and_files_are_resources()
    {
        await using var server = new RunningServer();
        var chunks = await SendAsync(server, """{"id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"@.params.temp 0.2; Look"},{"type":"file","mediaType":"image/png","url":"https://example.org/a.png","filename":"a.png"}]}]}""");
        Assert.Equal(0.2f, server.Model.Last.Options.Temperature);
        var triggers = chunks.Single(chunk => chunk.Text("type") == "data-turnpike-triggers");
        Assert.Equal(("params.temp", "applied"), (triggers.GetProperty("data")[0].Text("trigger"), triggers.GetProperty("data")[0].Text("outcome")));
        Assert.Equal("https://example.org/a.png", server.Model.Last.Messages[^1].Contents.OfType<UriContent>().Single().Uri.OriginalString);
        var part = (await server.GetJsonAsync("/api/chat/k1")).GetProperty("messages")[0].GetProperty("parts")[1];
        Assert.Equal(("file", "https://example.org/a.png"), (part.Text("type"), part.Text("url")));
    }

    [Fact]
    public async Task Extra_keys_reach_the_turn()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide, null, TestContext.Current.CancellationToken);
        var chunks = await SendAsync(server, $$"""{"id":"k1","messages":[{{User("u1", "Hi")}}],"prompt":"guide","variables":{"city":"Rome"},"parameters":{"temperature":0.3},"tools":["current_time"]}""");
        Assert.Equal(["system: Answer as a guide to Rome.", "user: Visitor says:\n\nHi"], server.Model.Last.Transcript);
        Assert.Equal(0.3f, server.Model.Last.Options.Temperature);
        Assert.Equal(["current_time"], server.Model.Last.Tools);
        Assert.Equal("guide@1", chunks[0].GetProperty("messageMetadata").Text("prompt"));
    }

    [Fact]
    public async Task Server_tools_are_shown_as_executed_by_the_provider()
    {
        await using var server = new RunningServer();
        server.Model.Calls("current_time").Says("Noon.");
        var chunks = await SendAsync(server, $$"""{"id":"k1","messages":[{{User("u1", "Time?")}}],"tools":["current_time"]}""");
        Assert.Equal(["start", "start-step", "tool-input-start", "tool-input-delta", "tool-input-available", "tool-output-available", "finish-step", "start-step", "text-start", "text-delta", "text-end", "finish-step", "finish"], chunks.Select(chunk => chunk.Text("type")));
        Assert.All(chunks.Where(chunk => chunk.Text("type") is "tool-input-start" or "tool-input-available" or "tool-output-available"), chunk => Assert.True(chunk.GetProperty("providerExecuted").GetBoolean()));
        Assert.EndsWith("_1", chunks.Single(chunk => chunk.Text("type") == "text-start").Text("id"), StringComparison.Ordinal);
        var part = (await server.GetJsonAsync("/api/chat/k1")).GetProperty("messages")[1].GetProperty("parts")[1];
        Assert.Equal(("tool-current_time", "output-available"), (part.Text("type"), part.Text("state")));
    }

    [Fact]
    public async Task Client_tools_wait_and_the_same_turn_goes_on_in_the_same_message()
    {
        await using var server = new RunningServer();
        server.Model.Calls("locate").Says("You are in Rome.");
        var asked = await SendAsync(server, $$"""{"id":"k1","messages":[{{User("u1", "Where am I?")}}],"clientTools":[{"name":"locate","description":"d","schema":{"type":"object"} }]}""");
        Assert.Equal(("tool-calls", "waiting"), (asked[^1].Text("finishReason"), asked[^1].GetProperty("messageMetadata").Text("status")));
        var id = asked[0].Text("messageId");
        var answered = await SendAsync(server, Submit("k1", User("u1", "Where am I?"), $$"""{"id":"{{id}}","role":"assistant","parts":[{"type":"tool-locate","toolCallId":"call_1","state":"output-available","input":{},"output":{"city":"Rome"} }]}"""));
        Assert.Equal((id, "You are in Rome."), (answered[0].Text("messageId"), Text(answered)));
        Assert.Single(answered, chunk => chunk.Text("type") == "finish");
        Assert.Contains("Rome", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal("Rome", answered.Single(chunk => chunk.Text("type") == "tool-output-available").GetProperty("output").Text("city"));
    }

    [Fact]
    public async Task Nothing_to_reconnect_to_is_204()
    {
        await using var server = new RunningServer();
        await SendAsync(server, Submit("k1", User("u1", "1")));
        foreach (var id in (string[])["k1", "unknown", "conv_unknown"])
        {
            using var response = await server.SendAsync(HttpMethod.Get, $"/api/chat/{id}/stream");
            Assert.Equal(204, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task A_reconnect_tells_the_whole_turn_and_stop_ends_it()
    {
        await using var server = new RunningServer();
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, stop) => Slow(gate.Task, stop));
        using var first = await server.PostJsonAsync("/api/chat", Submit("k1", User("u1", "1")));
        await using var reading = await first.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(reading);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("text-delta", StringComparison.Ordinal)) { }
        using var second = await server.SendAsync(HttpMethod.Get, "/api/chat/k1/stream");
        Assert.Equal(200, (int)second.StatusCode);
        using var stopped = await server.SendAsync(HttpMethod.Post, "/api/chat/k1/stop");
        Assert.Equal(204, (int)stopped.StatusCode);
        var chunks = FaceCalls.Chunks(FaceCalls.Lines(await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(("start", "abort"), (chunks[0].Text("type"), chunks[^1].Text("type")));
        Assert.Equal("Half", Text(chunks));
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "\"id\"")]
    [InlineData("""{"id":"k","messages":[]}""", "empty")]
    [InlineData("""{"id":"k"}""", "messages")]
    [InlineData("""{"id":"k","trigger":"sing","messages":[{"role":"user","parts":[]}]}""", "trigger")]
    [InlineData("""{"id":"k","messages":[{"role":"robot","parts":[]}]}""", "robot")]
    [InlineData("""{"id":"k","messages":[{"id":"x","role":"assistant","parts":[]}]}""", "names no turn")]
    [InlineData("""{"id":"k","messages":[{"id":"u","role":"user","parts":[{"type":"file","url":"ftp://x"}]}]}""", "url")]
    public async Task What_is_not_taken_is_told_in_one_sentence_of_plain_text(string body, string says)
    {
        await using var server = new RunningServer();
        using var response = await server.PostJsonAsync("/api/chat", body);
        Assert.Equal((400, "text/plain"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(says, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("request_invalid", response.Headers.GetValues("Turnpike-Error").Single());
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Slow(Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, "Half");
        await gate.WaitAsync(cancellationToken);
    }
}
