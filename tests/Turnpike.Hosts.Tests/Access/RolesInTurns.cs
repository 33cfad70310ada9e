using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What roles mean for turns: those that begin, those that run, and what reaches into them.</summary>
public sealed class RolesInTurns
{
    [Fact]
    public async Task Are_asked_for_before_a_hook_hears_of_the_turn()
    {
        await using var hook = await FakeServer.StartAsync([.. Enumerable.Repeat(FakeServer.Json("{}"), 20)]);
        await using var server = new RunningServer(null, ("Turnpike:Hooks:0:Url", hook.Address), ("Turnpike:Hooks:0:At", "turn-finalize"));
        var place = await ProjectPlace.MakeAsync(server);
        var before = hook.Requests.Count;
        foreach (var body in (object[])[new { content = "x", project = place.Project }, new { content = "x", conversation = place.Conversation }, new { content = "x", prompt = "inside" }])
        {
            Assert.Equal(403, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Post, "/api/turns", body)).Status);
            Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns", body)).Status);
        }
        Assert.Equal(before, hook.Requests.Count);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", prompt = "inside" })).Status);
        Assert.Equal(before + 1, hook.Requests.Count);
    }

    [Fact]
    public async Task Tell_a_turn_of_a_closed_project_like_one_that_there_is_not()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        foreach (var (path, body) in ((string, object)[])[("approvals/c1", new { approved = true }), ("tool-results", new { callId = "c1", output = 1 }), ("cancel", new { }), ("answer", new { content = "x" }), ("answer", new { content = "x", idempotencyKey = "k" }), ("regenerate", new { })])
        {
            var closed = await place.AskAsync(place.Stranger, HttpMethod.Post, $"/api/turns/{place.Turn}/{path}", body);
            var none = await place.AskAsync(place.Stranger, HttpMethod.Post, $"/api/turns/turn_none/{path}", body);
            Assert.Equal(404, closed.Status);
            Assert.Equal(none.Body.GetRawText(), closed.Body.GetRawText().Replace(place.Turn, "turn_none", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Reach_no_prompt_that_a_trigger_names()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var before = server.Model.Requests.Count;
        foreach (var key in (string[])[place.Stranger, place.Keys[ProjectRole.Viewer]])
        {
            foreach (var typed in (string[])["@.prompt.use inside; Go", "@.agent.use inside; Go"])
            {
                var (_, body) = await place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = typed });
                Assert.DoesNotContain(server.Model.Requests.Skip(before).SelectMany(request => request.Transcript), line => line.Contains("Be brief.", StringComparison.Ordinal));
                Assert.DoesNotContain("Be brief.", body.GetRawText(), StringComparison.Ordinal);
            }
        }
        await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "@.agent.use inside; Go" });
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains("Be brief.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keep_what_begins_with_a_prompt_of_a_project_in_that_project()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var (runner, editor) = (place.Keys[ProjectRole.Runner], place.Keys[ProjectRole.Editor]);
        Assert.Equal(200, (await place.AskAsync(editor, HttpMethod.Put, "/api/prompts/inside/tests", new { labels = (string[])["production"], cases = new[] { new { name = "one", content = "Hush", expect = new[] { new { contains = "ok" } } } } })).Status);
        var strangers = (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/conversations?archived=any")).Body.GetRawText();
        foreach (var (key, method, path, body) in ((string, HttpMethod, string, object)[])
        [
            (editor, HttpMethod.Put, "/api/prompts/inside/labels/production", new { version = 1 }),
            (runner, HttpMethod.Post, "/api/prompts/inside/tests/run", new { }),
            (runner, HttpMethod.Post, "/api/prompts/inside/tests/run", new { prompt = new { messages = new[] { new { role = "system", content = "Be briefer." } } } }),
            (runner, HttpMethod.Post, "/api/turns", new { content = "Hush", prompt = "inside" }),
            (runner, HttpMethod.Post, "/api/turns", new { content = "Hush", prompt = new { id = "inside", overlay = new { description = "Other" } } }),
            (runner, HttpMethod.Post, "/api/turns", new { content = "Hush", prompt = new { key = "inside", messages = new[] { new { role = "system", content = "Be briefer." } } } }),
            (runner, HttpMethod.Post, "/api/turns", new { content = "@.prompt.use inside; Hush" }),
            (runner, HttpMethod.Post, "/api/turns", new { content = "@.agent.use inside; Hush" }),
            (runner, HttpMethod.Post, "/v1/responses", new { model = "test/model", input = "Hush", prompt = new { id = "inside" } }),
            (runner, HttpMethod.Post, "/api/conversations", new { prompt = "inside" }),
        ])
        {
            var before = await OfProjectAsync(place);
            var (status, answer) = await place.AskAsync(key, method, path, body);
            Assert.True(status is 200 or 201 or 204, $"{path} {answer}");
            Assert.Equal(before + (path.StartsWith("/api/prompts/", StringComparison.Ordinal) ? 0 : 1), await OfProjectAsync(place)); // of tests nothing is stored, and nobody's list shows that
            Assert.Equal(strangers, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/conversations?archived=any")).Body.GetRawText());
        }

        static async Task<int> OfProjectAsync(ProjectPlace place) => (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, $"/api/conversations?archived=any&limit=200&project={place.Project}")).Body.GetProperty("data").GetArrayLength();
    }

    [Fact]
    public async Task Leave_a_conversation_where_its_asker_says_that_it_begins()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var runner = place.Keys[ProjectRole.Runner];
        var open = (await place.AskAsync(runner, HttpMethod.Post, "/api/conversations", new { title = "Open" })).Body.GetProperty("id").GetString();
        foreach (var body in (object[])[new { content = "x", prompt = "inside", project = place.Other }, new { content = "x", prompt = "inside", conversation = open }])
        {
            var turn = (await place.AskAsync(runner, HttpMethod.Post, "/api/turns", body)).Body;
            Assert.Equal(200, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/conversations/" + turn.GetProperty("conversation").GetString())).Status);
        }
        var unseen = await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns/preview", new { content = "x", prompt = new { key = "inside", messages = new[] { new { role = "system", content = "Mine." } } } });
        Assert.DoesNotContain(place.Project, unseen.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Count_for_a_turn_that_runs_and_for_its_readers()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => WaitAsync(go.Task, stop));
        using var started = await server.WithAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", $$"""{"content":"x","project":"{{place.Project}}"}""", ("Prefer", "respond-async"));
        var id = started.Headers.GetValues("Turnpike-Turn").Single();
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/turns/{id}/events")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Post, $"/api/turns/{id}/cancel")).Status);
        Assert.Equal(403, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Post, $"/api/turns/{id}/cancel")).Status);
        Assert.Equal(204, (await place.AskAsync(place.Admin, HttpMethod.Delete, $"/api/projects/{place.Project}/members/runner")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Get, $"/api/turns/{id}")).Status);
        go.SetResult();
        using var events = await server.WithAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, $"/api/turns/{id}/events");
        Assert.Contains("event: turn.completed", await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_a_resource_of_a_hidden_conversation_out_of_turns()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        foreach (var resource in (object[])[new { kind = "conversation", @ref = place.Conversation }, new { kind = "turn", @ref = place.Turn }, new { kind = "file", file = place.File }])
        {
            var before = server.Model.Requests.Count;
            await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns", new { content = "Read", resources = new[] { resource } });
            Assert.DoesNotContain(server.Model.Requests.Skip(before).SelectMany(request => request.Transcript), line => line.Contains("Planned", StringComparison.Ordinal));
            Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "Read", resources = new[] { resource } })).Status);
            Assert.Contains(server.Model.Last.Transcript, line => line.Contains("Planned", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Let_a_rule_that_is_always_on_hold_in_its_project_only()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/rules/{place.Rule}", new { name = "inside", content = "Of the project.", alwaysOn = true })).Status);
        await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", project = place.Project });
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains("Of the project.", StringComparison.Ordinal));
        await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x" });
        Assert.DoesNotContain(server.Model.Last.Transcript, line => line.Contains("Of the project.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Are_asked_for_before_a_model_writes_a_summary()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var before = server.Model.Requests.Count;
        var withoutTurns = (await server.KeyAsync(new NewKey { Name = "reader", Scopes = [Scopes.Conversations], User = "runner" })).Secret;
        foreach (var (key, told) in ((string, string)[])[(place.Keys[ProjectRole.Viewer], "takes runner"), (withoutTurns, "scope \"turns\"")])
        {
            var (status, body) = await place.AskAsync(key, HttpMethod.Post, $"/api/conversations/{place.Conversation}/compact", new { keep = 0 });
            Assert.Equal((403, "forbidden"), (status, body.GetProperty("code").GetString()));
            Assert.Contains(told, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(before, server.Model.Requests.Count);
        Assert.Equal(201, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, $"/api/conversations/{place.Conversation}/compact", new { keep = 0 })).Status);
        Assert.Equal(before + 1, server.Model.Requests.Count);
    }

    [Fact]
    public async Task Let_no_answer_take_a_turn_into_a_conversation_that_has_it_not()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var runner = place.Keys[ProjectRole.Runner];
        var second = (await place.AskAsync(runner, HttpMethod.Post, "/api/turns", new { conversation = place.Conversation, content = "Then" })).Body.GetProperty("id").GetString();
        var open = (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns", new { content = "Hello" })).Body.GetProperty("conversation").GetString();
        foreach (var (key, turn) in ((string, string?)[])[(runner, place.Turn), (runner, second), (place.Keys[ProjectRole.Viewer], second)])
        {
            var (status, body) = await place.AskAsync(key, HttpMethod.Post, $"/api/turns/{turn}/answer", new { content = "By hand", conversation = open });
            Assert.Equal((404, "turn_not_found"), (status, body.GetProperty("code").GetString()));
        }
        Assert.DoesNotContain("Planned", (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/conversations/{open}/turns")).Body.GetRawText(), StringComparison.Ordinal);

        var fork = (await place.AskAsync(runner, HttpMethod.Post, $"/api/conversations/{place.Conversation}/fork", new { turn = place.Turn })).Body.GetProperty("id").GetString();
        foreach (var turn in (string?[])[place.Turn, second])
        {
            var (status, given) = await place.AskAsync(runner, HttpMethod.Post, $"/api/turns/{turn}/answer", new { content = "By hand", conversation = fork });
            Assert.Equal((201, fork), (status, given.GetProperty("conversation").GetString()));
        }
    }

    [Fact]
    public async Task Do_not_open_the_variables_of_another_user()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var (ann, bob) = (place.Keys[ProjectRole.Owner], place.Keys[ProjectRole.Editor]);
        Assert.Equal(200, (await place.AskAsync(ann, HttpMethod.Patch, "/api/variables/user:owner", new { city = "Oslo" })).Status);
        foreach (var key in (string[])[bob, place.Nobody])
        {
            Assert.Equal(403, (await place.AskAsync(key, HttpMethod.Get, "/api/variables/user:owner")).Status);
            var (status, body) = await place.AskAsync(key, HttpMethod.Patch, "/api/variables/user:owner", new { city = "Rome" });
            Assert.Equal((403, "scope"), (status, body.GetProperty("field").GetString()));
        }
        Assert.Equal("""{"city":"Oslo"}""", (await place.AskAsync(ann, HttpMethod.Get, "/api/variables/user:owner")).Body.GetRawText());
        Assert.Equal("""{"city":"Bonn"}""", (await place.AskAsync(place.Admin, HttpMethod.Patch, "/api/variables/user:owner", new { city = "Bonn" })).Body.GetRawText());
        Assert.Equal(200, (await place.AskAsync(bob, HttpMethod.Patch, "/api/variables/global", new { land = "Norway" })).Status);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WaitAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }
}
