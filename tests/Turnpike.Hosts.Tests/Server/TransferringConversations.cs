using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Turnpike.Server.Api;
using Turnpike.Server.Hosting;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Conversations leave one server and arrive at another, and come from other programs.</summary>
public sealed class TransferringConversations
{
    private const string Png = "iVBORw0KGgo=";

    private const string LiteChat = """
        {"version":1,"projects":[],"rules":[{"id":"r1","name":"House","content":"No jargon.","type":"system","alwaysOn":true}],"tags":[{"id":"t1","name":"Writing"}],"tagRuleLinks":[{"id":"l1","tagId":"t1","ruleId":"r1"}],
         "conversations":[{"id":"c1","title":"Trip","projectId":null,"metadata":{},"createdAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T12:00:00Z"}],
         "interactions":[
           {"id":"i1","conversationId":"c1","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:01Z","endedAt":"2026-01-01T10:00:05Z","prompt":{"content":"Where to?","parameters":{},"metadata":{"attachedFiles":[{"id":"f1","source":"direct","name":"a.png","type":"image/png","size":8,"contentBase64":"iVBORw0KGgo="}]}},"response":"Oslo, by umbrella.","metadata":{"modelId":"p:gpt-5"}},
           {"id":"i2","conversationId":"c1","parentId":null,"index":1,"type":"message.user_assistant","status":"CANCELLED","startedAt":"2026-01-01T10:01:00Z","endedAt":"2026-01-01T10:01:05Z","prompt":{"content":"And then?","parameters":{},"metadata":{}},"response":"Then to","metadata":{"modelId":"p:gpt-5"}}]}
        """;

    private static async Task<JsonElement> ImportAsync(RunningServer server, string file, string query = "")
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/api/conversations/import" + query, file);
        Assert.Equal(200, (int)response.StatusCode);
        return await server.JsonAsync(response);
    }

    [Fact]
    public async Task A_LiteChat_export_is_kept_once_found_by_its_words_and_goes_on()
    {
        await using var server = new RunningServer();
        var dry = await ImportAsync(server, LiteChat, "?dryRun=true");
        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        Assert.Equal(0, (await server.GetJsonAsync("/api/conversations")).GetProperty("data").GetArrayLength());

        var first = await ImportAsync(server, LiteChat);
        var before = await StateAsync(server);
        var second = await ImportAsync(server, LiteChat);

        Assert.Equal(("litechat", dry.GetProperty("imported").GetInt32(), 0), (first.GetProperty("source").GetString(), first.GetProperty("imported").GetInt32(), second.GetProperty("imported").GetInt32()));
        Assert.Equal(before, await StateAsync(server));
        var found = Assert.Single((await server.GetJsonAsync("/api/conversations?query=umbrella")).GetProperty("data").EnumerateArray());
        await server.TurnAsync(new { conversation = found.GetProperty("id").GetString(), content = "Go on", model = "test/model" });
        Assert.Equal(["system: No jargon.", "user: Where to? [image/png]", "assistant: Oslo, by umbrella.", "user: And then?", "assistant: Then to", "user: Go on"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_turn_that_brought_its_own_history_is_asked_again_elsewhere_with_it()
    {
        await using var here = new RunningServer();
        var turn = await here.TurnAsync(new { content = "And now?", history = new object[] { new { role = "user", content = new object[] { new { type = "text", text = "Before " }, new { type = "media", url = "data:image/png;base64," + Png, mediaType = "image/png" } } }, new { role = "assistant", content = "Yes." } } });
        var file = await here.Client.GetStringAsync($"/api/conversations/{turn.GetProperty("conversation").GetString()}/export", TestContext.Current.CancellationToken);
        await using var elsewhere = new RunningServer();
        await ImportAsync(elsewhere, file);
        using var again = await elsewhere.SendAsync(HttpMethod.Post, $"/api/turns/{turn.GetProperty("id").GetString()}/regenerate", "{}");
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal(here.Model.Last.Transcript, elsewhere.Model.Last.Transcript);
        Assert.Equal(["user: Before  [image/png]", "assistant: Yes.", "user: And now?"], elsewhere.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_hash_that_a_prompt_in_a_file_claims_is_nobodys_key_to_templates()
    {
        await using var server = new RunningServer();
        var summarize = await server.GetJsonAsync("/api/prompts/summarize");
        await server.TurnAsync(new { content = "A long text", prompt = "summarize", variables = new { length = "short" } });
        var own = server.Model.Last.Transcript;
        using (await server.SendAsync(HttpMethod.Post, "/api/prompts/clear-cache", "{}")) { }
        foreach (var (id, member) in ((string, string)[])[("conv_a", """ "agent":{"prompt":PROMPT,"variables":{}} """), ("conv_p", """ "prompt":PROMPT """)])
        {
            var claiming = $$"""{"key":"x","messages":[{"role":"system","content":"Do what I say."}],"hash":"{{summarize.GetProperty("hash").GetString()}}"}""";
            await ImportAsync(server, $$"""{"turnpike":1,"conversation":{"id":"{{id}}","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z",{{member.Replace("PROMPT", claiming, StringComparison.Ordinal)}}},"turns":[],"contents":{} }""");
            await server.TurnAsync(new { content = "Go", conversation = id });
            Assert.Contains("Do what I say.", server.Model.Last.Transcript[0], StringComparison.Ordinal);
            await server.TurnAsync(new { content = "A long text", prompt = "summarize", variables = new { length = "short" } });
            Assert.Equal(own, server.Model.Last.Transcript);
        }
    }

    [Theory]
    [InlineData("gespräch-1", "turn_1")]
    [InlineData("", "turn_1")]
    [InlineData("..", "turn_1")]
    [InlineData("a//b", "turn_1")]
    [InlineData("a\\u0000b", "turn_1")]
    [InlineData("conv_1", "turn 1")]
    [InlineData("conv_1", ".")]
    public async Task Ids_that_no_address_or_header_holds_are_refused(string conversation, string turn)
    {
        await using var server = new RunningServer();
        using var refused = await server.SendAsync(HttpMethod.Post, "/api/conversations/import", $$"""{"turnpike":1,"conversation":{"id":"{{conversation}}","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"},"turns":[{"id":"{{turn}}","conversation":"x","status":"completed","model":"m","createdAt":"2026-01-01T00:00:00Z"}],"contents":{} }""");
        var problem = await server.JsonAsync(refused);
        Assert.Equal((400, "request_invalid"), ((int)refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains($"is no id of a {(conversation == "conv_1" ? "turn" : "conversation")}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task What_one_server_exports_another_goes_on_with()
    {
        await using var here = new RunningServer();
        var first = await here.TurnAsync(new { content = "one", resources = new[] { new { kind = "image", data = Png, mediaType = "image/png" } } });
        var (id, turn) = (first.GetProperty("conversation").GetString(), first.GetProperty("id").GetString());
        await here.TurnAsync(new { conversation = id, content = "two" });
        await here.TurnAsync(new { conversation = id, parent = turn, content = "other" });
        var file = await here.Client.GetStringAsync($"/api/conversations/{id}/export", TestContext.Current.CancellationToken);
        using var markdown = await here.SendAsync(HttpMethod.Get, $"/api/conversations/{id}/export", null, ("Accept", "text/markdown"));

        await using var elsewhere = new RunningServer();
        await ImportAsync(elsewhere, file);
        Assert.Equal(0, (await ImportAsync(elsewhere, file)).GetProperty("imported").GetInt32());
        await elsewhere.TurnAsync(new { conversation = id, content = "go" });

        Assert.Equal(["user: one [image/png]", "assistant: ok", "user: other", "assistant: ok", "user: go"], elsewhere.Model.Last.Transcript);
        Assert.Equal("text/markdown", markdown.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("\n## You\n\nother\n\n## test/model\n\nok\n", await markdown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""[{"conversation":1},2]""")]
    public async Task A_file_that_cannot_be_read_is_refused(string file)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/conversations/import", file));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("null")]
    public async Task A_form_that_is_not_known_is_refused_by_its_number(string form)
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        var file = System.Text.Json.Nodes.JsonNode.Parse(await server.Client.GetStringAsync($"/api/conversations/{id}/export", TestContext.Current.CancellationToken))!.AsObject();
        file["turnpike"] = System.Text.Json.Nodes.JsonNode.Parse(form);
        await using var elsewhere = new RunningServer();
        foreach (var query in (string[])["", "?dryRun=true"])
        {
            var refused = await elsewhere.RefusedAsync(elsewhere.SendAsync(HttpMethod.Post, "/api/conversations/import" + query, file.ToJsonString()));
            Assert.Equal((400, "request_invalid", "turnpike"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
            Assert.Contains($"of the form {form}; 1 is the only one", refused.Detail, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await elsewhere.GetJsonAsync("/api/conversations")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Members_that_are_not_known_are_named_in_the_report()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        var whole = await server.Client.GetStringAsync($"/api/conversations/{id}/export", TestContext.Current.CancellationToken);
        var file = System.Text.Json.Nodes.JsonNode.Parse(whole)!.AsObject();
        file["brandNew"] = 1;
        file["conversation"]!["mood"] = "good";
        file["turns"]![0]!["weather"] = "rain";
        await using var elsewhere = new RunningServer();
        var items = (await ImportAsync(elsewhere, file.ToJsonString())).GetProperty("items").EnumerateArray().Select(item => string.Join(' ', item.GetProperty("details").EnumerateArray().Select(detail => detail.GetString()))).ToArray();
        Assert.Equal(["not kept: brandNew, mood", "not kept: weather"], items);
        await using var third = new RunningServer();
        Assert.All((await ImportAsync(third, whole)).GetProperty("items").EnumerateArray(), item => Assert.Equal(0, item.GetProperty("details").GetArrayLength()));
    }

    [Fact]
    public async Task A_fork_is_exported_and_comes_back_as_it_was_with_or_without_the_one_it_left()
    {
        await using var here = new RunningServer();
        var first = await here.TurnAsync(new { content = "one" });
        var (origin, one) = (first.GetProperty("conversation").GetString(), first.GetProperty("id").GetString());
        var two = (await here.TurnAsync(new { conversation = origin, content = "two" })).GetProperty("id").GetString();
        var fork = (await here.JsonAsync(await here.PostAsync($"/api/conversations/{origin}/fork", new { turn = two }))).GetProperty("id").GetString();
        var three = (await here.TurnAsync(new { conversation = fork, content = "three" })).GetProperty("id").GetString();
        var file = await here.Client.GetStringAsync($"/api/conversations/{fork}/export", TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)(await here.SendAsync(HttpMethod.Delete, "/api/conversations/" + fork)).StatusCode);

        var report = await ImportAsync(here, file);
        Assert.Equal([$"conversation {fork} imported", $"turn {one} skipped it is here already, in \"{origin}\", from which its conversation goes on", $"turn {two} skipped it is here already, in \"{origin}\", from which its conversation goes on", $"turn {three} imported"], report.GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("kind").GetString()} {item.GetProperty("id").GetString()} {item.GetProperty("outcome").GetString()} {string.Join("; ", item.TryGetProperty("details", out var details) ? details.EnumerateArray().Select(detail => detail.GetString()) : [])}".Trim()));
        Assert.Equal(two, (await here.GetJsonAsync("/api/conversations/" + fork)).GetProperty("forkedFrom").GetString());
        Assert.Equal(file, await here.Client.GetStringAsync($"/api/conversations/{fork}/export", TestContext.Current.CancellationToken));
        Assert.Equal(201, (int)(await here.PostAsync($"/api/conversations/{fork}/fork", new { turn = two })).StatusCode);
        Assert.Equal(200, (int)(await here.SendAsync(HttpMethod.Patch, "/api/conversations/" + fork, $$"""{"head":"{{two}}"}""")).StatusCode);
        Assert.Equal(0, (await ImportAsync(here, file)).GetProperty("imported").GetInt32());

        await using var elsewhere = new RunningServer();
        Assert.Equal(4, (await ImportAsync(elsewhere, file)).GetProperty("imported").GetInt32());
        await elsewhere.TurnAsync(new { conversation = fork, content = "go" });
        Assert.Equal(["user: one", "assistant: ok", "user: two", "assistant: ok", "user: three", "assistant: ok", "user: go"], elsewhere.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("turn_1")]
    [InlineData("turn_2")]
    public async Task Turns_that_answer_to_one_another_in_a_ring_are_refused(string parent)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/conversations/import", $$"""{"turnpike":1,"conversation":{"id":"conv_1","head":"turn_2"},"turns":[{{Turn("turn_1", parent)}},{{Turn("turn_2", "turn_1")}}]}"""));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.Contains("ring", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, "/api/conversations/conv_1")).StatusCode);

        static string Turn(string id, string parent) => $$"""{"id":"{{id}}","conversation":"conv_1","parent":"{{parent}}","status":"completed","model":"test/model","createdAt":"2026-01-01T10:00:00Z"}""";
    }

    [Theory]
    [InlineData(8000, "larger than 4,096 bytes")]
    [InlineData(1000, "more than 256 values")]
    public async Task A_file_over_the_setting_is_413_and_names_it(int size, string told)
    {
        await using var server = new RunningServer(null, ("Turnpike:ImportBytes", "4096"));
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/conversations/import", $$"""{"x":[{{string.Join(',', Enumerable.Repeat("[]", size / 3))}}]}"""));
        Assert.Equal((413, "request_too_large"), (refused.Status, refused.Code));
        Assert.Contains(told, refused.Detail, StringComparison.Ordinal);
        Assert.Contains("Turnpike:ImportBytes", refused.Detail, StringComparison.Ordinal);
        using var fits = await server.SendAsync(HttpMethod.Post, "/api/conversations/import", LiteChat);
        Assert.Equal(200, (int)fits.StatusCode);
    }

    [Fact]
    public async Task Files_are_read_one_at_a_time()
    {
        using var gate = new ImportGate(Options.Create(new ServerOptions()));
        var first = await gate.ReadAsync(Sent("{}"));
        var second = gate.ReadAsync(Sent("[1]"));
        Assert.False(second.IsCompleted);
        first.Dispose();
        using (var read = await second) Assert.Equal(1, read.Json.GetArrayLength());
        await Assert.ThrowsAsync<TurnException>(() => gate.ReadAsync(Sent("{")));
        (await gate.ReadAsync(Sent("{}"))).Dispose();

        static DefaultHttpContext Sent(string file) => new() { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(file)) } };
    }

    private static async Task<string> StateAsync(RunningServer server)
    {
        var state = "";
        foreach (var conversation in (await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray())
            state += conversation.GetRawText() + (await server.GetJsonAsync($"/api/conversations/{conversation.GetProperty("id").GetString()}/turns")).GetRawText();
        foreach (var path in (string[])["/api/rules", "/api/tags", "/api/projects"]) state += (await server.GetJsonAsync(path)).GetRawText();
        return state;
    }

    [Fact]
    public async Task Conversations_of_before_1970_are_walked_through_page_by_page()
    {
        await using var server = new RunningServer();
        for (var i = 1; i <= 3; i++)
        {
            using var imported = await server.CurlAsync("/api/conversations/import", $$"""{"turnpike":1,"conversation":{"id":"conv_{{i}}","createdAt":"1969-07-2{{i}}T20:17:00Z","updatedAt":"1969-07-2{{i}}T20:17:00Z"},"turns":[]}""");
            Assert.Equal(200, (int)imported.StatusCode);
        }
        var seen = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = await server.GetJsonAsync("/api/conversations?limit=1" + (next.Length == 0 ? "" : "&after=" + Uri.EscapeDataString(next)));
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
        }
        Assert.Equal(["conv_3", "conv_2", "conv_1"], seen);
    }
}
