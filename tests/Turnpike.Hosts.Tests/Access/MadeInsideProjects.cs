using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Prompts, rules and files that are made inside a project at once.</summary>
public sealed class MadeInsideProjects
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static object Prompt(string key, string content = "M") => new { key, messages = new[] { new { role = "system", content } } };

    [Fact]
    public async Task Belong_to_it_from_the_beginning_and_to_nobody_else()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var editor = place.Keys[ProjectRole.Editor];
        Assert.Equal(201, (await place.AskAsync(editor, HttpMethod.Post, $"/api/prompts?project={place.Project}", Prompt("made"))).Status);
        Assert.Equal(200, (await place.AskAsync(editor, HttpMethod.Put, $"/api/prompts/drafted/draft?project={place.Project}", Prompt("drafted"))).Status);
        var rule = (await place.AskAsync(editor, HttpMethod.Post, $"/api/rules?project={place.Project}", new { name = "made", content = "M" })).Body.GetProperty("id").GetString()!;
        var file = (await place.UploadAsync(editor, "?project=" + place.Project, "Made inside")).Body.GetProperty("id").GetString()!;
        foreach (var (kind, id, path) in ((string, string, string)[])[("prompt", "made", "/api/prompts/made"), ("prompt", "drafted", "/api/prompts/drafted/draft"), ("rule", rule, "/api/rules/" + rule), ("file", file, "/api/files/" + file)])
        {
            Assert.Equal(place.Project, await server.Get<IProjectMembers>().HomeAsync(new(kind, id), Cancellation));
            Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, path)).Status);
            Assert.True((await place.AskAsync(place.Stranger, HttpMethod.Get, path)).Status is 404 or 422);
        }
        var log = (await server.Get<IAuditLog>().ReadAsync(0, 200, Cancellation)).Select(line => $"{line.Action} {line.Target}").ToList();
        Assert.Contains($"putThing /api/projects/{place.Project}/things/file/{file}", log);
        Assert.Contains($"createRule /api/rules/{rule}?project={place.Project}", log);
    }

    [Fact]
    public async Task Are_saved_again_with_or_without_their_project()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var editor = place.Keys[ProjectRole.Editor];
        Assert.Equal(200, (await place.AskAsync(editor, HttpMethod.Put, $"/api/prompts/made?project={place.Project}", Prompt("made"))).Status);
        Assert.Equal(200, (await place.AskAsync(editor, HttpMethod.Put, $"/api/prompts/made?project={place.Project}", Prompt("made", "N"))).Status);
        Assert.Equal(3, (await place.AskAsync(editor, HttpMethod.Put, "/api/prompts/made", Prompt("made", "O"))).Body.GetProperty("version").GetInt32());
        Assert.Equal(place.Project, await server.Get<IProjectMembers>().HomeAsync(new("prompt", "made"), Cancellation));
        Assert.Equal(200, (await place.AskAsync(editor, HttpMethod.Put, $"/api/rules/{place.Rule}?project={place.Project}", new { name = "inside", content = "R" })).Status);
    }

    [Fact]
    public async Task Keep_no_place_when_they_cannot_be_made()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var editor = place.Keys[ProjectRole.Editor];
        Assert.Equal(422, (await place.AskAsync(editor, HttpMethod.Post, $"/api/prompts?project={place.Project}", Prompt("broken", "{{#if}}"))).Status);
        Assert.Equal(400, (await place.UploadAsync(editor, "?project=" + place.Project, "")).Status);
        Assert.True((await place.AskAsync(editor, HttpMethod.Post, $"/api/rules?project={place.Project}", new { name = "inside", content = "The name is taken." })).Status is >= 400 and < 500);
        var things = (await place.AskAsync(editor, HttpMethod.Get, $"/api/projects/{place.Project}/things")).Body.GetProperty("data").EnumerateArray().Select(thing => thing.GetProperty("id").GetString()).ToList();
        Assert.Equal([place.File, "inside", place.Rule], things);
        Assert.Equal(201, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/prompts", Prompt("broken"))).Status);
    }

    [Fact]
    public async Task Keep_no_place_when_whoever_made_them_left_on_the_way()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        using var left = new CancellationTokenSource();
        async Task<int> LeaveAsync()
        {
            await left.CancelAsync();
            throw new OperationCanceledException(left.Token);
        }
        await Assert.ThrowsAsync<OperationCanceledException>(() => server.Get<ProjectMaking>().PromptsAsync(place.Project, ["first", "second"], LeaveAsync, left.Token));
        foreach (var key in (string[])["first", "second"])
        {
            Assert.Null(await server.Get<IProjectMembers>().HomeAsync(new("prompt", key), Cancellation));
            Assert.Equal(201, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/prompts", Prompt(key))).Status);
        }
    }

    [Fact]
    public async Task Take_nothing_that_stands_elsewhere()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var editor = place.Keys[ProjectRole.Editor];
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Post, "/api/prompts"), (HttpMethod.Put, "/api/prompts/outside")])
        {
            var (status, body) = await place.AskAsync(editor, method, $"{path}?project={place.Project}", Prompt("outside"));
            Assert.Equal((412, "version_conflict"), (status, body.GetProperty("code").GetString()));
            Assert.Contains("outside the project", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Null(await server.Get<IProjectMembers>().HomeAsync(new("prompt", "outside"), Cancellation));
        var own = (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/projects", new { name = "Mine" })).Body.GetProperty("id").GetString();
        var taken = await place.AskAsync(place.Stranger, HttpMethod.Post, $"/api/prompts?project={own}", Prompt("inside"));
        Assert.Equal((404, "prompt_not_found"), (taken.Status, taken.Body.GetProperty("code").GetString()));
        Assert.Equal(place.Project, await server.Get<IProjectMembers>().HomeAsync(new("prompt", "inside"), Cancellation));
        Assert.Equal("project_not_found", (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/rules?project=nope", new { name = "r", content = "R" })).Body.GetProperty("code").GetString());
    }

    private static readonly string[] Many = ["made", "also"];

    private static object Bundle(params string[] keys) => new { format = "turnpike.prompts", version = 1, prompts = keys.Select(key => Prompt(key)) };

    [Fact]
    public async Task Come_by_a_file_a_turn_and_the_vendor_doors_as_well()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var (editor, at) = (place.Keys[ProjectRole.Editor], "?project=" + place.Project);
        Assert.Equal(2, (await place.AskAsync(editor, HttpMethod.Post, "/api/prompts/import" + at, Bundle(Many))).Body.GetProperty("imported").GetInt32());
        var ran = (await place.AskAsync(editor, HttpMethod.Post, "/api/turns", new { content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "M" } } } })).Body.GetProperty("id").GetString();
        Assert.Equal(201, (await place.AskAsync(editor, HttpMethod.Post, "/api/prompts/from-turn" + at, new { turn = ran, key = "ran" })).Status);
        Assert.Equal(200, (await place.AskAsync(editor, HttpMethod.Post, "/v1/prompts" + at, new { name = "vendor", prompt = "M" })).Status);
        using var form = new MultipartFormDataContent { { new StringContent("Made inside"), "file", "notes.txt" }, { new StringContent("user_data"), "purpose" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files" + at) { Content = form, Headers = { Authorization = new("Bearer", editor) } };
        using var uploaded = await server.Client.SendAsync(request, Cancellation);
        var file = (await server.JsonAsync(uploaded)).GetProperty("id").GetString()!;
        foreach (var (kind, id) in ((string, string)[])[("prompt", "made"), ("prompt", "also"), ("prompt", "ran"), ("prompt", "vendor"), ("file", file)])
            Assert.Equal((id, place.Project), (id, await server.Get<IProjectMembers>().HomeAsync(new(kind, id), Cancellation)));

        var talk = (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/v1/conversations" + at, new { })).Body.GetProperty("id").GetString();
        Assert.Equal(place.Project, (await place.AskAsync(place.Admin, HttpMethod.Get, "/api/conversations/" + talk)).Body.GetProperty("project").GetString());
        var export = (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/conversations/{talk}/export")).Body;
        Assert.Equal(204, (await place.AskAsync(place.Admin, HttpMethod.Delete, "/api/conversations/" + talk)).Status);
        Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Post, $"/api/conversations/import?project={place.Other}", export)).Status);
        Assert.Equal(place.Other, (await place.AskAsync(place.Admin, HttpMethod.Get, "/api/conversations/" + talk)).Body.GetProperty("project").GetString());
    }

    [Fact]
    public async Task Take_the_role_at_every_door_and_leave_no_place_behind()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var ran = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/turns", new { content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "M" } } } })).Body.GetProperty("id").GetString();
        foreach (var (path, body, role) in ((string, object, ProjectRole)[])[("/api/prompts/import", Bundle(Many), ProjectRole.Runner), ("/api/prompts/from-turn", new { turn = ran, key = "made" }, ProjectRole.Runner), ("/v1/prompts", new { name = "made", prompt = "M" }, ProjectRole.Runner), ("/v1/conversations", new { }, ProjectRole.Viewer), ("/api/conversations/import", new { format = "none" }, ProjectRole.Viewer)])
        {
            Assert.Equal((path, 403), (path, (await place.AskAsync(place.Keys[role], HttpMethod.Post, $"{path}?project={place.Project}", body)).Status));
            Assert.Equal((path, 404), (path, (await place.AskAsync(place.Stranger, HttpMethod.Post, $"{path}?project={place.Project}", body)).Status));
            Assert.Equal((path, 404), (path, (await place.AskAsync(place.Admin, HttpMethod.Post, path + "?project=nope", body)).Status));
        }
        var half = await place.AskAsync(place.Keys[ProjectRole.Editor], HttpMethod.Post, $"/api/prompts/import?project={place.Project}", Bundle("made", "outside"));
        Assert.Equal((412, "version_conflict"), (half.Status, half.Body.GetProperty("code").GetString()));
        Assert.Null(await server.Get<IProjectMembers>().HomeAsync(new("prompt", "made"), Cancellation));
        Assert.Equal(404, (await place.AskAsync(place.Admin, HttpMethod.Get, "/api/prompts/made")).Status);
    }
}
