using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What the members of a project may do, and what everybody else does not find.</summary>
public sealed class ProjectRoles
{
    private static readonly string[] AllButAdmin = [.. Scopes.All.Where(scope => scope != Scopes.Admin)];

    /// <summary>Everything that a role decides: what is asked, the lowest role that may, what everybody else is told.</summary>
    private static readonly (string Name, ProjectRole Least, string Missing, Func<Place, string, Task<(int Status, JsonElement Body)>> Ask)[] Deeds =
    [
        ("read the project", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}")),
        ("read what counts in it", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}/effective")),
        ("read its members", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}/members")),
        ("read its things", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}/things")),
        ("read a conversation", ProjectRole.Viewer, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/conversations/{place.Conversation}")),
        ("read a conversation as OpenAI tells it", ProjectRole.Viewer, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/v1/conversations/{place.Conversation}")),
        ("read the turns", ProjectRole.Viewer, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/conversations/{place.Conversation}/turns")),
        ("read a turn", ProjectRole.Viewer, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/turns/{place.Turn}")),
        ("read a turn's trace", ProjectRole.Viewer, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/turns/{place.Turn}/trace")),
        ("read a turn as a response", ProjectRole.Viewer, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/v1/responses/{place.Turn.Replace("turn_", "resp_", StringComparison.Ordinal)}")),
        ("read a prompt", ProjectRole.Viewer, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, "/api/prompts/inside")),
        ("read a prompt's history", ProjectRole.Viewer, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, "/api/prompts/inside/versions")),
        ("read a prompt as Langfuse tells it", ProjectRole.Viewer, "", (place, key) => place.AskAsync(key, HttpMethod.Get, "/api/public/v2/prompts/inside")),
        ("read a rule", ProjectRole.Viewer, "rule_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/rules/{place.Rule}")),
        ("read a file", ProjectRole.Viewer, "file_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/files/{place.File}")),
        ("preview a turn", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns/preview", new { content = "x", project = place.Project })),
        ("run a turn in the project", ProjectRole.Runner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", project = place.Project })),
        ("run a turn in a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", conversation = place.Conversation })),
        ("run a response in a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/v1/responses", new { model = "test/model", input = "x", conversation = place.Conversation })),
        ("run the prompt", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", prompt = "inside" })),
        ("run the prompt by its id", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", prompt = place.PromptId })),
        ("run the prompt as a chat completion", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/v1/chat/completions", new { model = "prompt/inside", messages = new[] { new { role = "user", content = "x" } } })),
        ("run the prompt as a response", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/v1/responses", new { prompt = new { id = "inside" }, input = "x" })),
        ("start a conversation", ProjectRole.Runner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/conversations", new { project = place.Project })),
        ("rename a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Patch, $"/api/conversations/{place.Conversation}", new { title = "T" })),
        ("fork a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/conversations/{place.Conversation}/fork", new { turn = place.Turn })),
        ("cancel a turn", ProjectRole.Runner, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/turns/{place.Turn}/cancel")),
        ("regenerate a turn", ProjectRole.Runner, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/turns/{place.Turn}/regenerate", new { })),
        ("save the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, "/api/prompts/inside", new { messages = new[] { new { role = "system", content = Guid.NewGuid().ToString() } } })),
        ("draft the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, "/api/prompts/inside/draft", new { messages = new[] { new { role = "system", content = "D" } } })),
        ("label the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, "/api/prompts/inside/labels/staging", new { version = 1 })),
        ("save the rule", ProjectRole.Editor, "rule_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/rules/{place.Rule}", new { name = "inside", content = "R" })),
        ("save the project", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}", new { name = "Closed" })),
        ("put a project below", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/projects", new { name = "Below", parent = place.Project })),
        ("put a thing into it", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}/things/prompt/outside")),
        ("make a member", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}/members/new%20one", new { role = "viewer" })),
        ("take a member away", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/projects/{place.Project}/members/spare")),
        ("move the project", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}", new { name = "Closed", parent = place.Other })),
        ("delete a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/conversations/{place.Conversation}")),
        ("delete the file", ProjectRole.Editor, "file_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/files/{place.File}")),
        ("delete the rule", ProjectRole.Editor, "rule_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/rules/{place.Rule}")),
        ("archive the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, "/api/prompts/inside")),
        ("delete the project", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/projects/{place.Project}")),
    ];

    public static TheoryData<string> Names => [.. Deeds.Select(deed => deed.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Decide_what_a_member_may_do_and_what_does_not_exist_for_others(string name)
    {
        var deed = Deeds.Single(one => one.Name == name);
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        var stranger = await deed.Ask(place, place.Stranger);
        var gone = deed.Missing == "rule_not_found" ? 422 : 404; // as for a rule that nobody ever made
        Assert.True(stranger.Status == gone, $"a stranger: {stranger.Status} {stranger.Body}");
        if (deed.Missing.Length > 0) Assert.Contains(CodeOf(stranger.Body), (string[])[deed.Missing, "model_not_found", "not_found"]);
        Assert.Equal(gone, (await deed.Ask(place, place.Nobody)).Status);
        for (var role = ProjectRole.Viewer; role < deed.Least; role++)
        {
            var refused = await deed.Ask(place, place.Keys[role]);
            Assert.True(refused.Status == 403, $"{role}: {refused.Status} {refused.Body}");
            var message = refused.Body.GetRawText();
            Assert.Contains($"is {role.ToString().ToLowerInvariant()} of the project", message, StringComparison.Ordinal);
            Assert.Contains($"this takes {deed.Least.ToString().ToLowerInvariant()}", message, StringComparison.Ordinal);
        }
        var allowed = await deed.Ask(place, place.Keys[deed.Least]);
        Assert.True(allowed.Status is >= 200 and < 300, $"{deed.Least}: {allowed.Status} {allowed.Body}");
    }

    [Fact]
    public async Task Keep_a_project_out_of_every_list_of_those_who_are_no_members()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        foreach (var (path, there) in ((string, string)[])[("/api/projects", place.Project), ("/api/conversations", place.Conversation), ("/api/prompts", "inside"), ("/api/rules", place.Rule), ("/api/files", place.File), ("/v1/files", place.File), ("/v1/prompts", "inside"), ("/v1/models", "prompt/inside"), ("/api/conversations?query=Planned", place.Conversation)])
        {
            Assert.Contains($"\"{there}\"", (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, path)).Body.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain($"\"{there}\"", (await place.AskAsync(place.Stranger, HttpMethod.Get, path)).Body.GetRawText(), StringComparison.Ordinal);
            Assert.Contains($"\"{there}\"", (await place.AskAsync(place.Admin, HttpMethod.Get, path)).Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Count_on_the_face_of_mcp()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        var (stranger, viewer) = (new McpClientOf(server, modern: true, place.Stranger), new McpClientOf(server, modern: true, place.Keys[ProjectRole.Viewer]));
        foreach (var (method, says) in ((string, string)[])[("prompts/list", "\"inside\""), ("tools/list", "\"run_inside\"")])
        {
            Assert.Contains(says, (await viewer.ResultAsync(method)).ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain(says, (await stranger.ResultAsync(method)).ToJsonString(), StringComparison.Ordinal);
        }
        Assert.Equal(-32602, (await stranger.ErrorAsync("prompts/get", (JsonObject)JsonNode.Parse("""{"name":"inside","arguments":{}}""")!)).Code);
        var asked = server.Model.Requests.Count;
        foreach (var client in (McpClientOf[])[stranger, viewer])
        {
            var (_, messages) = await client.AskAsync("tools/call", (JsonObject)JsonNode.Parse("""{"name":"run_inside","arguments":{"input":"Hi"}}""")!);
            Assert.DoesNotContain("\"ok\"", messages[^1].ToJsonString(), StringComparison.Ordinal);
        }
        Assert.Equal(asked, server.Model.Requests.Count);
        await new McpClientOf(server, modern: true, place.Keys[ProjectRole.Runner]).ResultAsync("tools/call", (JsonObject)JsonNode.Parse("""{"name":"run_inside","arguments":{"input":"Hi"}}""")!);
        Assert.Equal(asked + 1, server.Model.Requests.Count);
    }

    [Fact]
    public async Task Count_for_listed_completions_and_for_the_names_in_sums()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        var made = await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/v1/chat/completions", new { model = "test/model", store = true, messages = new[] { new { role = "user", content = "x" } }, turnpike = new { project = place.Project } });
        Assert.True(made.Status == 200, made.Body.GetRawText());
        var id = made.Body.GetProperty("id").GetString()!;
        foreach (var path in (string[])["/v1/chat/completions", "/v1/chat/completions/" + id, $"/v1/chat/completions/{id}/messages"])
        {
            Assert.Contains(path.EndsWith("messages", StringComparison.Ordinal) ? "\"x\"" : id, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, path)).Body.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain(path.EndsWith("messages", StringComparison.Ordinal) ? "\"x\"" : $"\"{id}\",\"object\"", (await place.AskAsync(place.Stranger, HttpMethod.Get, path)).Body.GetRawText(), StringComparison.Ordinal);
        }
        Assert.Equal(403, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Delete, "/v1/chat/completions/" + id)).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Delete, "/v1/chat/completions/" + id)).Status);
        var (hidden, shown) = ((await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/usage?by=project")).Body, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, "/api/usage?by=project")).Body);
        Assert.Contains(place.Project, shown.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(place.Project, hidden.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(shown.GetProperty("total").GetRawText(), hidden.GetProperty("total").GetRawText());
    }

    [Fact]
    public async Task Are_asked_for_before_a_hook_hears_of_the_turn()
    {
        await using var hook = await FakeServer.StartAsync([.. Enumerable.Repeat(FakeServer.Json("{}"), 20)]);
        await using var server = new RunningServer(null, ("Turnpike:Hooks:0:Url", hook.Address), ("Turnpike:Hooks:0:At", "turn-finalize"));
        var place = await Place.MakeAsync(server);
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
    public async Task Reach_no_prompt_that_a_trigger_names()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
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
    public async Task Count_for_a_turn_that_runs_and_for_its_readers()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
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
    public async Task Leave_pages_full_where_much_is_hidden()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        for (var i = 0; i < 6; i++)
        {
            await place.AskAsync(place.Admin, HttpMethod.Post, "/api/conversations", new { title = $"hidden {i}", project = place.Project });
            await place.AskAsync(place.Admin, HttpMethod.Post, "/api/conversations", new { title = $"open {i}" });
        }
        var titles = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/conversations?limit=2{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}")).Body;
            var rows = page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("title").GetString()!).ToList();
            titles.AddRange(rows);
            if (!page.TryGetProperty("next", out var next) || next.ValueKind == JsonValueKind.Null) break;
            Assert.Equal(2, rows.Count);
            after = next.GetString();
        }
        Assert.Equal(["open 5", "open 4", "open 3", "open 2", "open 1", "open 0"], titles);
    }

    [Fact]
    public async Task Of_a_project_above_hold_below_unless_the_child_says_otherwise()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        var child = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/projects", new { name = "Child", parent = place.Project })).Body.GetProperty("id").GetString();
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", project = child })).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/projects/{child}")).Status);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Owner], HttpMethod.Put, $"/api/projects/{child}/members/runner", new { role = "viewer" })).Status);
        Assert.Equal(403, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", project = child })).Status);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", project = place.Project })).Status);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Owner], HttpMethod.Put, $"/api/projects/{child}/members/stranger", new { role = "viewer" })).Status);
        Assert.Equal(200, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/projects/{child}")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/projects/{place.Project}")).Status);
    }

    [Fact]
    public async Task Are_nobodys_in_a_project_without_members_and_whoever_makes_one_owns_it()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        Assert.Equal(200, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns", new { content = "x", project = place.Other })).Status);
        Assert.Equal(403, (await place.AskAsync(place.Stranger, HttpMethod.Put, $"/api/projects/{place.Other}/members/stranger", new { role = "owner" })).Status);
        var own = (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/projects", new { name = "Mine" })).Body.GetProperty("id").GetString();
        Assert.Equal($$"""{"data":[{"project":"{{own}}","user":"stranger","role":"owner"}]}""", (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/projects/{own}/members")).Body.GetRawText());
        Assert.Equal(404, (await place.AskAsync(place.Keys[ProjectRole.Owner], HttpMethod.Get, $"/api/projects/{own}")).Status);
        Assert.Equal(400, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/projects/{own}/members/stranger", new { role = "viewer" })).Status);
        Assert.Equal(204, (await place.AskAsync(place.Stranger, HttpMethod.Delete, $"/api/projects/{own}/members/stranger")).Status);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Owner], HttpMethod.Get, $"/api/projects/{own}")).Status);
    }

    [Fact]
    public async Task Outlive_the_project_for_what_it_leaves_behind()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
        Assert.Equal(204, (await place.AskAsync(place.Keys[ProjectRole.Owner], HttpMethod.Delete, $"/api/projects/{place.Project}")).Status);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "On", conversation = place.Conversation })).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/conversations/{place.Conversation}")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/prompts/inside")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/projects", new { id = place.Project, name = "Mine now" })).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/turns/{place.Turn}")).Status);
    }

    [Fact]
    public async Task Keep_a_resource_of_a_hidden_conversation_out_of_turns()
    {
        await using var server = new RunningServer();
        var place = await Place.MakeAsync(server);
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
        var place = await Place.MakeAsync(server);
        Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/rules/{place.Rule}", new { name = "inside", content = "Of the project.", alwaysOn = true })).Status);
        await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", project = place.Project });
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains("Of the project.", StringComparison.Ordinal));
        await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x" });
        Assert.DoesNotContain(server.Model.Last.Transcript, line => line.Contains("Of the project.", StringComparison.Ordinal));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WaitAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    private static string? CodeOf(JsonElement body) => body.TryGetProperty("code", out var code) ? code.GetString() : body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error.GetProperty("code").GetString() : null;

    /// <summary>A project with a member of each role and one of each thing, and keys of those members, of a stranger, of nobody in particular, and of an administrator.</summary>
    private sealed record Place(RunningServer Server, string Admin, string Stranger, string Nobody, IReadOnlyDictionary<ProjectRole, string> Keys)
    {
        public string Project { get; private init; } = "";
        public string Other { get; private init; } = "";
        public string Conversation { get; private init; } = "";
        public string Turn { get; private init; } = "";
        public string Rule { get; private init; } = "";
        public string File { get; private init; } = "";
        public string PromptId { get; private init; } = "";

        public Task<(int Status, JsonElement Body)> AskAsync(string key, HttpMethod method, string path, object? body = null) => Server.AskAsync(key, method, path, body);

        public static async Task<Place> MakeAsync(RunningServer server)
        {
            var keys = new Dictionary<ProjectRole, string>();
            foreach (var role in Enum.GetValues<ProjectRole>()) keys[role] = await KeyAsync(server, role.ToString().ToLowerInvariant());
            var place = new Place(server, (await server.KeyAsync("admin", Scopes.Admin)).Secret, await KeyAsync(server, "stranger"), await KeyAsync(server, null), keys);
            var project = await place.MadeAsync("/api/projects", new { name = "Closed" });
            foreach (var role in Enum.GetValues<ProjectRole>().Reverse()) Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/projects/{project}/members/{role.ToString().ToLowerInvariant()}", new { role = role.ToString().ToLowerInvariant() })).Status);
            Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/projects/{project}/members/spare", new { role = "viewer" })).Status);
            server.Model.Says("Planned indeed");
            var turn = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/turns", new { content = "Planned", project })).Body;
            var prompts = ((string[])["inside", "outside"]).Select(key => place.AskAsync(place.Admin, HttpMethod.Post, "/api/prompts", new { key, messages = new[] { new { role = "system", content = "Be brief." } } }));
            var made = await Task.WhenAll(prompts);
            var rule = await place.MadeAsync("/api/rules", new { name = "inside", content = "R" });
            using var upload = new MultipartFormDataContent { { new StringContent("Planned"), "file", "notes.txt" } };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/files") { Content = upload, Headers = { Authorization = new("Bearer", place.Admin) } };
            using var uploaded = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var file = (await server.JsonAsync(uploaded)).GetProperty("id").GetString()!;
            foreach (var thing in (string[])["prompt/inside", "rule/" + rule, "file/" + file]) Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/projects/{project}/things/{thing}")).Status);
            return place with
            {
                Project = project,
                Other = await place.MadeAsync("/api/projects", new { name = "Open" }),
                Conversation = turn.GetProperty("conversation").GetString()!,
                Turn = turn.GetProperty("id").GetString()!,
                Rule = rule,
                File = file,
                PromptId = made[0].Body.GetProperty("id").GetString()!,
            };
        }

        private async Task<string> MadeAsync(string path, object body) => (await AskAsync(Admin, HttpMethod.Post, path, body)).Body.GetProperty("id").GetString()!;

        private static async Task<string> KeyAsync(RunningServer server, string? user) => (await server.KeyAsync(new NewKey { Name = user ?? "nobody", Scopes = AllButAdmin, User = user })).Secret;
    }
}
