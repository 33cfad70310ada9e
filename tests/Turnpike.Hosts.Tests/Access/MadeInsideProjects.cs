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
        Assert.Contains($"createRule /api/rules?project={place.Project}", log);
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
}
