using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A copy of what belongs to a project belongs there too, unless the request says where else.</summary>
public sealed class CopiesOfPrompts
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static object Unsaved(string content) => new { messages = new[] { new { role = "system", content } } };

    [Fact]
    public async Task Stay_in_the_project_of_their_prompt_or_turn_and_take_an_editor_there()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var ran = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/turns", new { content = "Hi", project = place.Project, prompt = Unsaved("Planned") })).Body.GetProperty("id").GetString();
        foreach (var (path, body, copy) in ((string, object, string)[])[("/api/prompts/inside/duplicate", new { key = "copied" }, "copied"), ($"/api/prompts/{place.PromptId}/duplicate", new { key = "again" }, "again"), ("/api/prompts/from-turn", new { turn = ran, key = "kept" }, "kept")])
        {
            var refused = await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Post, path, body);
            Assert.Equal((path, 403, "forbidden"), (path, refused.Status, refused.Body.GetProperty("code").GetString()));
            var unknown = await place.AskAsync(place.Stranger, HttpMethod.Post, path, body);
            Assert.Equal((path, 404), (path, unknown.Status));
            Assert.DoesNotContain(place.Project, unknown.Body.GetRawText(), StringComparison.Ordinal);
            Assert.Null(await server.Get<IProjectMembers>().HomeAsync(new(ProjectThings.Prompt, copy), Cancellation));
            Assert.Equal((path, 201), (path, (await place.AskAsync(place.Keys[ProjectRole.Editor], HttpMethod.Post, path, body)).Status));
            Assert.Equal(place.Project, await server.Get<IProjectMembers>().HomeAsync(new(ProjectThings.Prompt, copy), Cancellation));
            Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/prompts/" + copy)).Status);
            Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, "/api/prompts/" + copy)).Status);
        }
    }

    [Fact]
    public async Task Are_elsewhere_when_the_request_says_so()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var viewer = place.Keys[ProjectRole.Viewer];
        Assert.Equal(201, (await place.AskAsync(viewer, HttpMethod.Post, "/api/prompts/inside/duplicate?project=", new { key = "told" })).Status);
        Assert.Equal(200, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/prompts/told")).Status);
        Assert.Equal(201, (await place.AskAsync(viewer, HttpMethod.Post, "/api/prompts/inside/duplicate?project=" + place.Other, new { key = "moved" })).Status);
        Assert.Equal(place.Other, await server.Get<IProjectMembers>().HomeAsync(new(ProjectThings.Prompt, "moved"), Cancellation));
        Assert.Equal(201, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/prompts/outside/duplicate", new { key = "open" })).Status);
        Assert.Null(await server.Get<IProjectMembers>().HomeAsync(new(ProjectThings.Prompt, "open"), Cancellation));
    }

    [Fact]
    public async Task Of_a_turn_outside_with_a_prompt_inside_are_inside_and_a_prompt_that_there_is_stays_where_it_is()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var open = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/conversations", new { title = "Open" })).Body.GetProperty("id").GetString();
        var inside = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/turns", new { content = "Hi", conversation = open, prompt = new { id = "inside", overlay = Unsaved("Changed") } })).Body;
        Assert.Equal((201, place.Project), await KeptAsync(inside.GetProperty("id").GetString()!, "other"));
        var outside = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/turns", new { content = "Hi", project = place.Project, prompt = new { id = "outside", overlay = Unsaved("Planned") } })).Body;
        Assert.Equal((201, null), await KeptAsync(outside.GetProperty("id").GetString()!, "outside"));

        async Task<(int Status, string? Home)> KeptAsync(string turn, string key) =>
            ((await place.AskAsync(place.Keys[ProjectRole.Editor], HttpMethod.Post, "/api/prompts/from-turn", new { turn, key })).Status, await server.Get<IProjectMembers>().HomeAsync(new(ProjectThings.Prompt, key), Cancellation));
    }
}
