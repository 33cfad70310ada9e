using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What clients give that nobody expects: it is refused or read again, and nothing else suffers from it.</summary>
public sealed class OddlyGiven
{
    private const string Dot = "data:image/png;base64,iVBORw0KGgo=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Half_an_emoji_in_the_JSON_of_a_tool_leaves_its_chat_readable()
    {
        await using var server = new RunningServer();
        var conversation = await server.AnswerAsync("/v1/conversations", """{"items":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"b\":\"y\\ud83d\"}"},{"type":"function_call_output","call_id":"c1","output":"{\"a\":\"x\\ud83d\"}"}]}""");
        var call = (await server.GetJsonAsync($"/api/chat/{conversation.GetProperty("id").GetString()}")).GetProperty("messages")[1].GetProperty("parts")[0];
        Assert.Equal(("x\uFFFD", "y\uFFFD"), (call.GetProperty("output").GetProperty("a").GetString(), call.GetProperty("input").GetProperty("b").GetString()));
    }

    [Theory]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"f","arguments":"{}","output":"x","approval_request_id":5}""")]
    [InlineData("""{"type":"reasoning","summary":[],"content":[{"type":7}]}""")]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"f","arguments":"{}","error":"boom","output":[{"type":7}]}""")]
    public async Task An_item_with_members_of_other_types_where_nothing_is_read_is_refused_or_listed(string item)
    {
        await using var server = new RunningServer();
        var id = (await server.AnswerAsync("/v1/conversations", "{}")).GetProperty("id").GetString();
        using var added = await server.PostJsonAsync($"/v1/conversations/{id}/items", $$"""{"items":[{{item}},{"role":"user","content":"keep me"}]}""");
        var listed = (await server.GetJsonAsync($"/v1/conversations/{id}/items")).GetProperty("data").GetArrayLength();
        Assert.Equal(((int)added.StatusCode, listed), (int)added.StatusCode == 400 ? (400, 0) : (200, 2));
    }

    [Fact]
    public async Task Files_of_answers_that_a_chat_brings_keep_their_bytes_and_those_of_users_come_back()
    {
        await using var server = new RunningServer();
        using var chat = await server.PostJsonAsync("/api/chat", $$"""{"id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"draw"},{"type":"file","mediaType":"image/png","url":"{{Dot}}"}]},{"id":"a1","role":"assistant","parts":[{"type":"text","text":"here"},{"type":"file","mediaType":"image/png","url":"{{Dot}}"}]},{"id":"u2","role":"user","parts":[{"type":"text","text":"again"}]}]}""");
        await chat.Content.ReadAsStringAsync(Cancellation);
        var messages = (await server.GetJsonAsync("/api/chat/k1")).GetProperty("messages");
        foreach (var n in (int[])[0, 1]) Assert.Equal(Dot, messages[n].GetProperty("parts")[1].GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_prompt_that_was_deleted_with_a_protected_label_does_not_come_back_by_a_refused_save()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync("/v1/prompts", """{"name":"pp","prompt":"old text"}""");
        using (await server.SendAsync(HttpMethod.Put, "/api/prompts/pp/labels/production", """{"version":1,"protected":true}""")) { }
        using (await server.SendAsync(HttpMethod.Delete, "/v1/prompts/pp")) { }
        using var refused = await server.PostJsonAsync("/v1/prompts", """{"name":"pp","prompt":"new text"}""");
        using var found = await server.SendAsync(HttpMethod.Get, "/v1/prompts/pp");
        Assert.Equal((403, 404), ((int)refused.StatusCode, (int)found.StatusCode));
    }

    [Fact]
    public async Task Many_calls_of_one_name_and_no_id_are_each_their_own()
    {
        await using var server = new RunningServer();
        static string Asking(int calls) => $$"""{"model":"test/model","input":[{{string.Join(',', Enumerable.Repeat("""{"type":"mcp_call","name":"a","output":"x"}""", calls))}},{"type":"message","role":"user","content":"Go on"}]}""";
        await server.AnswerAsync("/v1/responses", Asking(4000));
        var ids = server.Model.Last.Messages.SelectMany(message => message.Contents.OfType<FunctionCallContent>()).Select(call => call.CallId).ToList();
        Assert.Equal(4000, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(["a", "a_2", "a_4000"], [ids[0], ids[1], ids[^1]]);
        using var refused = await server.PostJsonAsync("/v1/responses", Asking(60_000));
        Assert.Contains("takes 10,000 messages", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_seed_and_a_large_page_are_what_they_are()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "seeded", messages = new[] { new { role = "system", content = "Hi." } }, parameters = new { seed = 1234567890123456789L, maxOutputTokens = 50 } });
        var parameters = (await server.GetJsonAsync("/beta/litellm_prompt_management?prompt_id=seeded")).GetProperty("prompt_template_optional_params");
        Assert.Equal(("1234567890123456789", "50"), (parameters.GetProperty("seed").GetRawText(), parameters.GetProperty("max_tokens").GetRawText()));
        Assert.Empty((await server.GetJsonAsync("/api/public/v2/prompts?page=2147483647&limit=100")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_completion_that_is_asked_for_again_is_the_first_though_a_file_in_it_is_gone()
    {
        await using var server = new RunningServer();
        using var form = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent(Convert.FromBase64String("iVBORw0KGgo=")), "file", "a.png" } };
        using var uploaded = await server.Client.PostAsync("/v1/files", form, Cancellation);
        var file = (await server.JsonAsync(uploaded)).GetProperty("id").GetString();
        var body = $$"""{"model":"test/model","store":true,"messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"file","file":{"file_id":"{{file}}"} }]},{"role":"assistant","content":"ok"},{"role":"user","content":"and?"}]}""";
        JsonElement[] answers = new JsonElement[2];
        for (var n = 0; n < 2; n++)
        {
            using var answer = await server.PostJsonAsync("/v1/chat/completions", body, ("Idempotency-Key", "k1"));
            answers[n] = await server.JsonAsync(answer);
            using (await server.SendAsync(HttpMethod.Delete, "/v1/files/" + file)) { }
        }
        Assert.Equal(answers[0].GetProperty("id").GetString(), answers[1].GetProperty("id").GetString());
        Assert.Single(server.Model.Requests);
    }
}
