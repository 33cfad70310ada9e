using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What is attached to a conversation is listed, changed, ordered, removed, and sent by its policy.</summary>
public sealed class AttachingResources
{
    private static async Task<string> StartAsync(RunningServer server, string body = "{}") => (await server.JsonAsync(await server.CurlAsync("/api/conversations", body))).GetProperty("id").GetString()!;

    private static async Task<JsonElement> AttachAsync(RunningServer server, string conversation, string body)
    {
        var response = await server.CurlAsync($"/api/conversations/{conversation}/resources", body);
        Assert.Equal(201, (int)response.StatusCode);
        return await server.JsonAsync(response);
    }

    [Fact]
    public async Task A_resource_that_goes_with_the_next_turn_is_gone_after_it_and_one_that_stays_stays()
    {
        await using var server = new RunningServer();
        var id = await StartAsync(server);
        await AttachAsync(server, id, """{"id":"res_1","kind":"note","title":"Now","text":"A"}""");
        var stays = await AttachAsync(server, id, $$"""{"id":"res_2","kind":"note","text":"{{new string('b', 9000)}}","policy":"sticky"}""");
        Assert.Equal(("ready", "sticky", 9000, 2250), (stays.GetProperty("state").GetString(), stays.GetProperty("policy").GetString(), stays.GetProperty("text").GetString()!.Length, stays.GetProperty("tokens").GetInt32()));

        await server.TurnAsync(new { conversation = id, content = "one" });
        await server.TurnAsync(new { conversation = id, content = "two" });
        string Block(string inner) => $"<resources>\n{inner}</resources>";
        var big = $"<resource kind=\"note\" id=\"res_2\">\n{new string('b', 9000)}\n</resource>\n";
        var small = "<resource kind=\"note\" id=\"res_1\" title=\"Now\">\nA\n</resource>\n";
        Assert.Equal([$"user: one {Block(small + big)}"], server.Model.Requests[0].Transcript);
        Assert.Equal([$"user: one {Block(small)}", "assistant: ok", $"user: two {Block(big)}"], server.Model.Requests[1].Transcript);
        var listed = (await server.GetJsonAsync($"/api/conversations/{id}/resources")).GetProperty("data");
        Assert.Equal(["res_2"], listed.EnumerateArray().Select(resource => resource.GetProperty("id").GetString()));
        Assert.Equal(9000, listed[0].GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public async Task Resources_are_changed_ordered_and_removed()
    {
        await using var server = new RunningServer();
        var id = await StartAsync(server);
        foreach (var name in new[] { "a", "b", "c" }) await AttachAsync(server, id, $$"""{"id":"res_{{name}}","kind":"note","text":"{{name}}","policy":"sticky"}""");
        await PatchAsync("res_c", """{"position":0}""");
        await PatchAsync("res_b", """{"title":"B","text":"bee"}""");
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, $"/api/conversations/{id}/resources/res_a")).StatusCode);
        await server.TurnAsync(new { conversation = id, content = "go" });
        Assert.Equal(["user: go <resources>\n<resource kind=\"note\" id=\"res_c\">\nc\n</resource>\n<resource kind=\"note\" id=\"res_b\" title=\"B\">\nbee\n</resource>\n</resources>"], server.Model.Last.Transcript);
        await PatchAsync("res_c", """{"policy":"once"}""");
        await server.TurnAsync(new { conversation = id, content = "go" });
        Assert.Equal(["res_b"], (await server.GetJsonAsync($"/api/conversations/{id}")).GetProperty("resources").EnumerateArray().Select(resource => resource.GetProperty("id").GetString()));

        async Task PatchAsync(string resource, string change) => Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Patch, $"/api/conversations/{id}/resources/{resource}", change)).StatusCode);
    }

    [Fact]
    public async Task A_resource_is_listed_as_loading_until_its_page_has_come_and_one_that_was_removed_meanwhile_stays_away()
    {
        var (asked, go) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        async Task Page(Microsoft.AspNetCore.Http.HttpContext context)
        {
            asked.Release();
            await go.WaitAsync(TestContext.Current.CancellationToken);
            context.Response.ContentType = "text/plain";
            await context.Response.Body.WriteAsync("there"u8.ToArray());
        }
        await using var web = await Cli.FakeServer.StartAsync(Page, Page);
        await using var server = new RunningServer(null, ("Turnpike:Web:Allow:0", "127.0.0.1"));
        var id = await StartAsync(server);
        var (path, body) = ($"/api/conversations/{id}/resources", $$"""{"id":"res_1","kind":"webpage","url":"{{web.Address}}","policy":"sticky"}""");

        var attaching = AttachAsync(server, id, body);
        await asked.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("loading", (await server.GetJsonAsync(path + "/res_1")).GetProperty("state").GetString());
        go.Release();
        Assert.Equal("ready", (await attaching).GetProperty("state").GetString());
        Assert.Equal("there", (await server.GetJsonAsync(path + "/res_1")).GetProperty("text").GetString());

        attaching = AttachAsync(server, id, body);
        await asked.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, path + "/res_1")).StatusCode);
        go.Release();
        await attaching;
        Assert.Equal(0, (await server.GetJsonAsync(path)).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_resource_that_is_refused_leaves_what_had_its_id_before()
    {
        await using var server = new RunningServer();
        var id = await StartAsync(server);
        await AttachAsync(server, id, """{"id":"res_1","kind":"note","text":"A","policy":"sticky"}""");
        var refused = await server.RefusedAsync(server.CurlAsync($"/api/conversations/{id}/resources", """{"id":"res_1","kind":"conversation","ref":"conv_none"}"""));
        Assert.Equal((422, "resource_not_found"), (refused.Status, refused.Code));
        await server.TurnAsync(new { conversation = id, content = "go" });
        Assert.Equal(["user: go <resources>\n<resource kind=\"note\" id=\"res_1\">\nA\n</resource>\n</resources>"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_conversation_can_start_with_resources_and_gets_those_of_its_prompt()
    {
        await using var server = new RunningServer();
        var id = await StartAsync(server, """{"prompt":{"messages":[{"role":"system","content":"S"}],"resources":[{"id":"res_p","kind":"note","text":"P","policy":"sticky"}]},"resources":[{"id":"res_c","kind":"image","data":"aGk=","mediaType":"image/png","policy":"sticky"}]}""");
        await server.TurnAsync(new { conversation = id, content = "one" });
        await server.TurnAsync(new { conversation = id, content = "two" });
        Assert.Equal(["system: S", "user: one", "assistant: ok", "user: two <resources>\n<resource kind=\"note\" id=\"res_p\">\nP\n</resource>\n</resources> [image/png]"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_resource_of_a_turn_that_stays_becomes_the_conversations()
    {
        await using var server = new RunningServer();
        var turn = await server.TurnAsync(new { content = "one", resources = new[] { new { kind = "note", text = "A", policy = "sticky" } } });
        var kept = (await server.GetJsonAsync($"/api/conversations/{turn.GetProperty("conversation").GetString()}/resources")).GetProperty("data")[0];
        Assert.Matches("^res_", kept.GetProperty("id").GetString());
        Assert.Equal(("A", "ready"), (kept.GetProperty("text").GetString(), kept.GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("POST", "", """{"kind":"note"}""", 400, "request_invalid")]
    [InlineData("POST", "", """{"kind":"note","text":"a","url":"http://example.org"}""", 400, "request_invalid")]
    [InlineData("POST", "", """{"kind":"invoice","ref":"7"}""", 422, "resource_unsupported")]
    [InlineData("POST", "", """{"kind":"file","file":"file_none"}""", 422, "resource_not_found")]
    [InlineData("PATCH", "/res_none", """{"title":"x"}""", 422, "resource_not_found")]
    [InlineData("DELETE", "/res_none", null, 422, "resource_not_found")]
    [InlineData("GET", "/res_none", null, 422, "resource_not_found")]
    public async Task What_cannot_be_attached_or_is_not_there_is_refused(string method, string path, string? body, int status, string code)
    {
        await using var server = new RunningServer();
        var id = await StartAsync(server);
        var refused = await server.RefusedAsync(server.SendAsync(new(method), $"/api/conversations/{id}/resources{path}", body));
        Assert.Equal((status, code), (refused.Status, refused.Code));
        refused = await server.RefusedAsync(server.SendAsync(new(method), $"/api/conversations/conv_none/resources{path}", body ?? "{}"));
        Assert.True(refused.Status is 404 or 400, refused.Body.GetRawText());
    }

    [Fact]
    public async Task Two_editors_do_not_undo_each_other()
    {
        await using var server = new RunningServer();
        var id = await StartAsync(server);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AttachAsync(server, id, $$"""{"id":"res_{{i}}","kind":"note","text":"x","policy":"sticky"}""")));
        Assert.Equal(20, (await server.GetJsonAsync($"/api/conversations/{id}/resources")).GetProperty("data").GetArrayLength());
    }
}
