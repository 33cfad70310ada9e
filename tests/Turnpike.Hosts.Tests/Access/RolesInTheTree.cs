using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
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
    public async Task Above_are_not_taken_away_while_they_are_all_that_owns_a_project_below()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        foreach (var (id, parent) in ((string, string?)[])[("root", null), ("leaf", "root")]) await DoAsync(201, HttpMethod.Post, "/api/projects", new { id, name = id, parent });
        await DoAsync(200, HttpMethod.Put, "/api/projects/root/members/ann", new { role = "owner" });
        await DoAsync(200, HttpMethod.Put, "/api/projects/leaf/members/bob", new { role = "viewer" });
        Assert.Contains("\"leaf\" below \"root\" would have members and no owner", await DoAsync(400, HttpMethod.Delete, "/api/projects/root/members/ann"), StringComparison.Ordinal);

        await DoAsync(200, HttpMethod.Put, "/api/projects/root/members/cid", new { role = "owner" });
        await DoAsync(200, HttpMethod.Put, "/api/projects/leaf/members/cid", new { role = "runner" });
        await DoAsync(400, HttpMethod.Delete, "/api/projects/root/members/ann"); // of the leaf the other one is no owner
        await DoAsync(400, HttpMethod.Put, "/api/projects/root/members/ann", new { role = "editor" });
        await DoAsync(200, HttpMethod.Put, "/api/projects/leaf/members/bob", new { role = "owner" });
        await DoAsync(204, HttpMethod.Delete, "/api/projects/root/members/ann");
        await DoAsync(204, HttpMethod.Delete, "/api/projects/root/members/cid");
        var bob = (await server.KeyAsync(new NewKey { Name = "bob", Scopes = [Scopes.PromptsWrite], User = "bob" })).Secret;
        Assert.Equal(200, (await server.AskAsync(bob, HttpMethod.Put, "/api/projects/leaf/members/ann", new { role = "owner" })).Status);

        async Task<string> DoAsync(int status, HttpMethod method, string path, object? body = null)
        {
            var (got, said) = await server.AskAsync(admin, method, path, body);
            Assert.True(got == status, $"{method} {path}: {got} {said}");
            return said.ValueKind == System.Text.Json.JsonValueKind.Object && said.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";
        }
    }

    [Fact]
    public async Task Come_along_by_name_with_a_project_that_is_moved()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var child = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/projects", new { name = "Child", parent = place.Project })).Body.GetProperty("id").GetString();
        var owner = place.Keys[ProjectRole.Owner];
        Assert.Equal(200, (await place.AskAsync(owner, HttpMethod.Put, $"/api/projects/{child}/members/runner", new { role = "viewer" })).Status);
        using (var stale = await server.WithAsync(owner, HttpMethod.Put, $"/api/projects/{child}", """{"name":"Child"}""", ("If-Match", "\"7\""))) Assert.Equal(412, (int)stale.StatusCode);
        Assert.Equal("runner", Assert.Single(await OwnAsync()).User); // what was not moved names nobody anew

        Assert.Equal(200, (await place.AskAsync(owner, HttpMethod.Put, $"/api/projects/{child}", new { name = "Child" })).Status);
        Assert.Equal([("editor", "editor"), ("owner", "owner"), ("runner", "viewer"), ("spare", "viewer"), ("viewer", "viewer")], await OwnAsync());
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/projects/{child}")).Status);
        Assert.Equal(200, (await place.AskAsync(owner, HttpMethod.Put, $"/api/projects/{child}/members/ann", new { role = "owner" })).Status);

        async Task<(string User, string Role)[]> OwnAsync() => [.. (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/projects/{child}/members")).Body.GetProperty("data").EnumerateArray()
            .Where(member => member.GetProperty("project").GetString() == child).Select(member => (member.GetProperty("user").GetString()!, member.GetProperty("role").GetString()!))];
    }

    [Fact]
    public async Task Stay_when_many_move_or_make_a_project_at_the_same_time()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var owner = place.Keys[ProjectRole.Owner];
        for (var round = 0; round < 10; round++)
        {
            var id = $"round{round}";
            Task<(int Status, System.Text.Json.JsonElement)[]> ManyAsync(HttpMethod method, string path, object body) => Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => place.AskAsync(owner, method, path, body))));
            Assert.Single(await ManyAsync(HttpMethod.Post, "/api/projects", new { id, name = "Made" }), made => made.Status == 201);
            Assert.Equal("owner", Assert.Single(await OwnAsync(id)));

            Assert.Equal(201, (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/projects", new { id = id + "below", name = "Below", parent = place.Project })).Status);
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
            {
                using var moved = await server.WithAsync(owner, HttpMethod.Put, $"/api/projects/{id}below", """{"name":"Below"}""", ("If-Match", "\"1\""));
                Assert.Contains((int)moved.StatusCode, (int[])[200, 412]);
            })));
            Assert.Equal(["editor", "owner", "runner", "spare", "viewer"], await OwnAsync(id + "below"));
        }

        async Task<string[]> OwnAsync(string project) => [.. (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/projects/{project}/members")).Body.GetProperty("data").EnumerateArray()
            .Where(member => member.GetProperty("project").GetString() == project).Select(member => member.GetProperty("user").GetString()!)];
    }

    [Fact]
    public async Task Hold_an_id_that_is_not_free()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var (status, body) = await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/projects", new { id = place.Project, name = "Mine" });
        Assert.Equal((404, "project_not_found", "id"), (status, body.GetProperty("code").GetString(), body.GetProperty("field").GetString()));
        Assert.Contains("the id is not free", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
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
