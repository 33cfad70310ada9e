using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Items of a response's input that stand between its conversation and what is typed: they are kept with the turn, or not at all, and once.</summary>
public sealed class ItemsBetween
{
    private const string Path = "/v1/responses";
    private const string Input = """ "input":[{"role":"user","content":"I live in Oslo."},{"role":"assistant","content":"Nice."},{"role":"user","content":"Where?"}] """;

    private static async Task<string> ConversationAsync(RunningServer server) => (await server.AnswerAsync("/v1/conversations", """{"items":[{"role":"user","content":"Hello."}]}""")).Text("id")!;

    private static async Task<string[]> ItemsAsync(RunningServer server, string conversation, string? secret = null)
    {
        using var listed = await server.WithAsync(secret, HttpMethod.Get, $"/v1/conversations/{conversation}/items?order=asc");
        return [.. (await server.JsonAsync(listed)).GetProperty("data").EnumerateArray().Select(item => item.GetProperty("content")[0].Text("text")!)];
    }

    [Fact]
    public async Task Are_kept_before_the_turn_and_counted_with_all_before_them()
    {
        await using var server = new RunningServer();
        var id = await ConversationAsync(server);
        var body = $$"""{"model":"test/model","conversation":"{{id}}",{{Input}}}""";
        var alone = (await server.AnswerAsync(Path + "/input_tokens", $$"""{"model":"test/model",{{Input}}}""")).GetProperty("input_tokens").GetInt32();
        Assert.True((await server.AnswerAsync(Path + "/input_tokens", body)).GetProperty("input_tokens").GetInt32() > alone);
        Assert.Equal(["Hello."], await ItemsAsync(server, id));

        var response = await server.AnswerAsync(Path, body);
        Assert.Equal(["user: Hello.", "user: I live in Oslo.", "assistant: Nice.", "user: Where?"], server.Model.Last.Transcript);
        Assert.Equal(["Hello.", "I live in Oslo.", "Nice.", "Where?", "ok"], await ItemsAsync(server, id));
        await server.AnswerAsync(Path, $$"""{"model":"test/model","previous_response_id":"{{response.Text("id")}}","input":[{"role":"assistant","content":"In Oslo."},{"role":"user","content":"Sure?"}]}""");
        Assert.Equal(["user: Hello.", "user: I live in Oslo.", "assistant: Nice.", "user: Where?", "assistant: ok", "assistant: In Oslo.", "user: Sure?"], server.Model.Last.Transcript);
        var turns = (await server.GetJsonAsync($"/api/conversations/{id}/turns")).GetProperty("data").EnumerateArray().Select(turn => turn.GetProperty("model").GetString()!).ToArray();
        Assert.Equal(["given", "given", "test/model", "given", "test/model"], turns);
    }

    [Fact]
    public async Task Of_a_refused_request_nothing_stays_however_often_it_is_sent_again()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerMinute = 0 } })).Secret;
        using var made = await server.WithAsync(admin, HttpMethod.Post, "/v1/conversations", "{}");
        var id = (await server.JsonAsync(made)).Text("id")!;
        for (var i = 0; i < 2; i++)
        {
            using var limited = await server.WithAsync(key, HttpMethod.Post, Path, $$"""{"model":"test/model","conversation":"{{id}}",{{Input}}}""");
            Assert.Equal((429, "false"), ((int)limited.StatusCode, limited.Headers.GetValues("x-should-retry").Single()));
        }
        using var unknown = await server.WithAsync(admin, HttpMethod.Post, Path, $$"""{"model":"no/such","conversation":"{{id}}",{{Input}}}""");
        Assert.Equal(404, (int)unknown.StatusCode);
        Assert.Empty(await ItemsAsync(server, id, admin));
    }

    [Fact]
    public async Task An_identical_request_with_its_key_gives_the_first_response_again()
    {
        await using var server = new RunningServer();
        server.Model.Says("Oslo.");
        var id = await ConversationAsync(server);
        var body = $$"""{"model":"test/model","conversation":"{{id}}",{{Input}}}""";
        async Task<JsonElement> SendAsync(string text, string key = "k1")
        {
            using var response = await server.PostJsonAsync(Path, text, ("Idempotency-Key", key));
            Assert.Equal(200, (int)response.StatusCode);
            return await server.JsonAsync(response);
        }
        var first = await SendAsync(body);
        var again = await SendAsync(body);
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(["Hello.", "I live in Oslo.", "Nice.", "Where?", "Oslo."], await ItemsAsync(server, id));
        Assert.Single(server.Model.Requests);
        using var stream = await server.PostJsonAsync(Path, body.Replace("\"input\"", "\"stream\":true,\"input\"", StringComparison.Ordinal), ("Idempotency-Key", "k1"));
        Assert.Equal(409, (int)stream.StatusCode);
        var conflict = await server.ErrorAsync(Path, body.Replace("Where?", "When?", StringComparison.Ordinal), ("Idempotency-Key", "k1"));
        Assert.Equal((409, "idempotency_conflict"), (conflict.Status, conflict.Code));
    }

    [Fact]
    public async Task A_result_that_was_handed_in_with_a_key_may_be_handed_in_again()
    {
        await using var server = new RunningServer();
        server.Model.Calls("locate").Says("Rome.");
        const string Tools = """ "tools":[{"type":"function","name":"locate","parameters":{"type":"object"}}] """;
        var id = await ConversationAsync(server);
        await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{id}}","input":"Where?",{{Tools}}}""");
        var texts = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answered = await server.PostJsonAsync(Path, $$"""{"model":"test/model","conversation":"{{id}}","input":[{"type":"function_call_output","call_id":"call_1","output":"here"}],{{Tools}}}""", ("Idempotency-Key", "k2"));
            texts.Add(await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        Assert.Contains("Rome.", texts[0], StringComparison.Ordinal);
        Assert.Equal(texts[0], texts[1]);
        Assert.Equal(2, server.Model.Requests.Count);
    }

    [Theory]
    [InlineData("/v1/responses")]
    [InlineData("/api/chat")]
    public async Task Of_a_request_that_is_not_to_be_stored_they_go_with_its_turn(string door)
    {
        await using var server = new RunningServer();
        var id = door == Path ? await ConversationAsync(server) : null;
        if (id is not null) await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{id}}","store":false,{{Input}}}""");
        else await server.LinesAsync(door, $$"""{"id":"c1","messages":[{{Said("m1", "user", "I live in Oslo.")}},{{Said("m2", "assistant", "Nice.")}},{{Said("m3", "user", "Where?")}}],"turnpike":{"store":false} }""");
        Assert.Equal("user: I live in Oslo.", server.Model.Last.Transcript[^3]);
        id ??= (await server.GetJsonAsync("/api/chat/c1")).Text("conversation")!;
        Assert.Equal(door == Path ? ["Hello."] : [], await ItemsAsync(server, id));
        Assert.DoesNotContain("Oslo", (await server.GetJsonAsync($"/api/conversations/{id}/turns")).GetRawText(), StringComparison.Ordinal);
        Assert.Empty((await server.GetJsonAsync("/api/conversations?query=Oslo")).GetProperty("data").EnumerateArray());
        Assert.Equal(door == Path ? 1 : 0, (await server.GetJsonAsync("/api/conversations")).GetProperty("data").GetArrayLength());

        static string Said(string id, string role, string text) => $$"""{"id":"{{id}}","role":"{{role}}","parts":[{"type":"text","text":"{{text}}"}]}""";
    }

    [Fact]
    public async Task Secrets_and_pictures_in_them_are_kept_apart()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = "p", Messages = [ChatCompletions.Line("system", "The token is {{apiToken}}.")], Variables = [new() { Name = "apiToken", Secret = true }] }, null, TestContext.Current.CancellationToken);
        var id = await ConversationAsync(server);
        const string Between = """ {"role":"user","content":[{"type":"input_text","text":"It is sk-12345678."},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="}]},{"role":"assistant","content":"sk-12345678, I see."} """;
        await server.AnswerAsync(Path, $$"""{"conversation":"{{id}}","prompt":{"id":"p","variables":{"apiToken":"sk-12345678"} },"input":[{{Between}},{"role":"user","content":"Go."}]}""");
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains("It is sk-12345678.", StringComparison.Ordinal));
        var kept = (await server.GetJsonAsync($"/api/conversations/{id}/turns")).GetRawText();
        Assert.DoesNotContain("sk-12345678", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("iVBORw0KGgo", kept, StringComparison.Ordinal);
        Assert.Equal(["Hello.", "It is •••.", "•••, I see.", "Go.", "ok"], await ItemsAsync(server, id));
        await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{id}}","input":"And?"}""");
        Assert.Contains("assistant: sk-12345678, I see.", server.Model.Last.Transcript);
        Assert.Contains(server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<DataContent>(), picture => picture.MediaType == "image/png");
    }
}
