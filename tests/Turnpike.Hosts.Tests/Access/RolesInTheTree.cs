using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Roles above and below, of projects that nobody owns, and of those that are gone.</summary>
public sealed class RolesInTheTree
{
    [Fact]
    public async Task Of_a_project_above_hold_below_unless_the_child_says_otherwise()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
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
        var place = await ProjectPlace.MakeAsync(server);
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
        var place = await ProjectPlace.MakeAsync(server);
        Assert.Equal(204, (await place.AskAsync(place.Keys[ProjectRole.Owner], HttpMethod.Delete, $"/api/projects/{place.Project}")).Status);
        Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "On", conversation = place.Conversation })).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/conversations/{place.Conversation}")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/prompts/inside")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/projects", new { id = place.Project, name = "Mine now" })).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/turns/{place.Turn}")).Status);
    }
}
