using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Branches over HTTP: again, once more, otherwise, and elsewhere.</summary>
public sealed class BranchingConversations
{
    [Fact]
    public async Task A_turn_is_answered_again_and_both_answers_are_siblings()
    {
        await using var server = new RunningServer();
        server.Model.Says("one").Says("two");
        var first = await server.TurnAsync(new { content = "Hi", resources = new[] { new { id = "res_1", kind = "note", text = new string('n', 5000) } } });
        var id = first.GetProperty("id").GetString();
        var again = await server.JsonAsync(await server.PostAsync($"/api/turns/{id}/regenerate", new { parameters = new { temperature = 0.5 } }));
        Assert.Equal(("two", id, "regenerate"), (again.GetProperty("answer").GetString(), again.GetProperty("origin").GetProperty("turn").GetString(), again.GetProperty("origin").GetProperty("kind").GetString()));
        Assert.Equal(server.Model.Requests[0].Transcript, server.Model.Requests[1].Transcript);
        Assert.Equal(0.5f, server.Model.Last.Options.Temperature);

        var conversation = first.GetProperty("conversation").GetString();
        var shown = (await server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=true")).GetProperty("data");
        Assert.Equal([id, again.GetProperty("id").GetString()], Assert.Single(shown.EnumerateArray()).GetProperty("siblings").EnumerateArray().Select(one => one.GetString()));
        await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, $$"""{"head":"{{id}}"}"""));
        await server.TurnAsync(new { conversation, content = "More" });
        Assert.Equal("assistant: one", server.Model.Last.Transcript[1]);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, """{"head":"turn_none"}"""));
        Assert.Equal((404, "turn_not_found"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Regenerating_streams_when_it_is_asked_to()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "Hi" })).GetProperty("id").GetString();
        using var response = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/regenerate", null, ("Accept", "text/event-stream"));
        Assert.Contains("event: turn.completed", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var later = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/regenerate", "{}", ("Prefer", "respond-async"));
        Assert.Equal(202, (int)later.StatusCode);
    }

    [Fact]
    public async Task A_question_and_an_answer_are_changed()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "Hi" })).GetProperty("id").GetString();
        var edited = await server.JsonAsync(await server.PostAsync($"/api/turns/{id}/edit", new { content = "Hello" }));
        Assert.Equal(["user: Hello"], server.Model.Last.Transcript);
        var answered = await server.PostAsync($"/api/turns/{edited.GetProperty("id").GetString()}/answer", new { content = "By hand" });
        Assert.Equal(201, (int)answered.StatusCode);
        var given = await server.JsonAsync(answered);
        await server.TurnAsync(new { conversation = given.GetProperty("conversation").GetString(), content = "More" });
        Assert.Equal(["user: Hello", "assistant: By hand", "user: More"], server.Model.Last.Transcript);
        Assert.Contains("By hand", await server.Client.GetStringAsync($"/api/turns/{given.GetProperty("id").GetString()}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (var (path, body) in new[] { ("edit", "{}"), ("answer", "{}"), ("regenerate", """{"content":"x"}"""), ("retry", "{}") })
            Assert.Equal(400, (await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/{path}", body))).Status);
        Assert.Equal(404, (await server.RefusedAsync(server.CurlAsync("/api/turns/turn_none/regenerate", "{}"))).Status);
    }

    [Fact]
    public async Task An_answer_by_hand_is_kept_once_under_its_key()
    {
        await using var server = new RunningServer();
        var turn = await server.TurnAsync(new { content = "Hi" });
        var (id, conversation) = (turn.GetProperty("id").GetString(), turn.GetProperty("conversation").GetString());
        var first = await AnsweredAsync("""{"content":"By hand","idempotencyKey":"k1"}""");
        Assert.Equal(first, await AnsweredAsync("""{"content":"By hand","idempotencyKey":"k1"}"""));
        Assert.Equal(first, await AnsweredAsync("""{"content":"By hand"}""", ("Idempotency-Key", "k1")));
        Assert.Equal(2, (await server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=true")).GetProperty("data")[0].GetProperty("siblings").GetArrayLength());
        foreach (var (path, body) in ((string, string)[])[("answer", """{"content":"Other","idempotencyKey":"k1"}"""), ("regenerate", """{"idempotencyKey":"k1"}""")])
        {
            var conflict = await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/{path}", body));
            Assert.Equal((409, "idempotency_conflict"), (conflict.Status, conflict.Code));
        }
        foreach (var (body, field) in ((string, string)[])[("""{"content":"x","model":"test/model"}""", "model"), ("""{"content":"x","parameters":{}}""", "parameters"), ("""{"content":"x","resources":[]}""", "resources"), ("""{"content":"x","onDisconnect":"cancel"}""", "onDisconnect"), ("{}", "content"), ("""{"content":"x","idempotencyKey":""}""", "idempotencyKey")])
        {
            var refused = await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/answer", body));
            Assert.Equal((400, field), (refused.Status, refused.Body.GetProperty("field").GetString()));
        }

        async Task<string?> AnsweredAsync(string body, params (string, string)[] headers)
        {
            using var answered = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/answer", body, headers);
            Assert.Equal(201, (int)answered.StatusCode);
            var given = await server.JsonAsync(answered);
            Assert.Equal("By hand", given.GetProperty("answer").GetString());
            return given.GetProperty("id").GetString();
        }
    }

    [Fact]
    public async Task An_edit_is_previewed_with_what_the_turn_had_and_nothing_is_kept()
    {
        await using var server = new RunningServer();
        var earlier = await server.TurnAsync(new { content = "Hi" });
        var turn = await server.TurnAsync(new { conversation = earlier.GetProperty("conversation").GetString(), content = "Read", resources = new[] { new { id = "res_1", kind = "note", text = "NOTE" }, new { id = "res_2", kind = "note", text = "OTHER" } } });
        var (id, conversation) = (turn.GetProperty("id").GetString(), turn.GetProperty("conversation").GetString());
        foreach (var change in (object[])[new { content = "Read again" }, new { content = "Read again", resources = new[] { new { id = "res_2" } } }])
        {
            var preview = await server.JsonAsync(await server.PostAsync($"/api/turns/{id}/edit/preview", change));
            Assert.Equal(2, server.Model.Requests.Count);
            Assert.Equal(2, (await server.GetJsonAsync($"/api/conversations/{conversation}/turns")).GetProperty("data").GetArrayLength());
            var edited = await server.JsonAsync(await server.PostAsync($"/api/turns/{id}/edit", change));
            Assert.Contains("OTHER", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
            var sent = await server.GetJsonAsync($"/api/turns/{edited.GetProperty("id").GetString()}/request");
            Assert.Equal(sent.EnumerateObject().Where(member => member.Name != "sources").Select(member => member.ToString()), preview.GetProperty("request").EnumerateObject().Select(member => member.ToString()));
            using var back = await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, $$"""{"head":"{{id}}"}""");
            server.Model.Requests.RemoveAt(2);
        }
        Assert.Equal((400, "content"), (await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/edit/preview", "{}"))) is var refused ? (refused.Status, refused.Body.GetProperty("field").GetString()) : default);
        Assert.Equal(404, (await server.RefusedAsync(server.CurlAsync("/api/turns/turn_none/edit/preview", """{"content":"x"}"""))).Status);
    }

    [Fact]
    public async Task A_fork_is_called_what_the_one_it_leaves_is_called_and_shows_nothing_of_it_to_another_project()
    {
        await using var server = new RunningServer();
        var conversation = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        var project = (await server.JsonAsync(await server.PostAsync("/api/projects", new { name = "Docs" }))).GetProperty("id").GetString();
        async Task<JsonElement> ForkAsync() => await server.JsonAsync(await server.PostAsync($"/api/conversations/{conversation}/fork", new { }));
        var plain = (await ForkAsync()).GetProperty("id").GetString();
        foreach (var (path, change) in ((string?, object)[])[(plain, new { project }), (conversation, new { title = "Numbers" })])
            Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + path, JsonSerializer.Serialize(change))).StatusCode);
        Assert.False((await server.GetJsonAsync("/api/conversations/" + plain)).TryGetProperty("beginning", out var told) && told.ValueKind != JsonValueKind.Null);
        Assert.Equal("Numbers", (await ForkAsync()).GetProperty("title").GetString());
        await server.TurnAsync(new { conversation = plain, content = "two" });
        Assert.Equal("two", (await server.GetJsonAsync("/api/conversations/" + plain)).GetProperty("beginning").GetString());
    }

    [Fact]
    public async Task A_conversation_is_forked_at_a_turn()
    {
        await using var server = new RunningServer();
        var first = await server.TurnAsync(new { content = "one" });
        var conversation = first.GetProperty("conversation").GetString();
        await server.TurnAsync(new { conversation, content = "two" });
        var response = await server.PostAsync($"/api/conversations/{conversation}/fork", new { turn = first.GetProperty("id").GetString() });
        Assert.Equal(201, (int)response.StatusCode);
        var forked = await server.JsonAsync(response);
        var fork = forked.GetProperty("id").GetString();
        Assert.Equal("one", forked.GetProperty("beginning").GetString());
        await server.TurnAsync(new { conversation = fork, content = "three" });
        Assert.Equal(["user: one", "assistant: ok", "user: three"], server.Model.Last.Transcript);
        Assert.Equal(["one", "three"], (await server.GetJsonAsync($"/api/conversations/{fork}/turns?branches=true")).GetProperty("data").EnumerateArray().Select(turn => turn.GetProperty("content").GetString()));
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, "/api/conversations/" + conversation)).StatusCode);
        Assert.Equal(2, (await server.GetJsonAsync($"/api/conversations/{fork}/turns")).GetProperty("data").GetArrayLength());
        Assert.Equal(404, (await server.RefusedAsync(server.PostAsync($"/api/conversations/{conversation}/fork", new { }))).Status);

        var edit = $"/api/turns/{first.GetProperty("id").GetString()}/edit";
        var refused = await server.RefusedAsync(server.PostAsync(edit, new { content = "uno" }));
        Assert.Equal((404, "conversation_not_found"), (refused.Status, refused.Code));
        Assert.Contains("is deleted. Name a fork that has the turn", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(200, (int)(await server.PostAsync(edit, new { content = "uno", conversation = fork })).StatusCode);
    }

    [Fact]
    public async Task A_turn_that_a_fork_goes_on_from_is_edited_there_and_stands_beside_the_new_one()
    {
        await using var server = new RunningServer();
        var first = await server.TurnAsync(new { content = "one" });
        var (conversation, a) = (first.GetProperty("conversation").GetString(), first.GetProperty("id").GetString());
        var b = (await server.TurnAsync(new { conversation, content = "two" })).GetProperty("id").GetString();
        var fork = (await server.JsonAsync(await server.PostAsync($"/api/conversations/{conversation}/fork", new { turn = b }))).GetProperty("id").GetString();
        var c = (await server.TurnAsync(new { conversation = fork, content = "three" })).GetProperty("id").GetString();
        var edited = (await server.JsonAsync(await server.PostAsync($"/api/turns/{b}/edit", new { content = "TWO", conversation = fork }))).GetProperty("id").GetString();
        await server.PostAsync($"/api/turns/{b}/regenerate", new { }); // in the other conversation, whose turns the fork has not

        Assert.Equal([a!, $"{b} {edited}"], await SiblingsAsync());
        await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + fork, $$"""{"head":"{{c}}"}"""));
        Assert.Equal([a!, $"{b} {edited}", c!], await SiblingsAsync());

        async Task<string[]> SiblingsAsync() => [.. (await server.GetJsonAsync($"/api/conversations/{fork}/turns?branches=true")).GetProperty("data").EnumerateArray().Select(turn => string.Join(' ', turn.GetProperty("siblings").EnumerateArray().Select(id => id.GetString())))];
    }
}
