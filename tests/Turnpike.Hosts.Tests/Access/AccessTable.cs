using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Server.Access;
using Turnpike.Tests.Architecture;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>
/// Every endpoint that the server has, taken from its routing table, times {no key, a wrong, a revoked, an expired one, one of another organization, one without
/// the scope}. A new endpoint is in the table by itself; it fails until it says who may use it.
/// </summary>
public sealed class AccessTable
{
    private const string HowToSay = "Say who may use it where it is mapped: .RequireScope(Scopes.…), .RequireScope(read: …, write: …), .RequireKey() or .OpenToAll(), on the route or its group (Turnpike.Server.Access.RouteScopes).";
    private static readonly string[] Reading = ["GET", "HEAD"];

    /// <summary>What stands for the parameters of a route: things of the default organization, made by <see cref="MakeAsync"/>.</summary>
    private static readonly (string Route, string Thing)[] Samples =
    [
        ("/api/turns/", "turn"), ("/api/conversations/", "conversation"), ("/api/prompts/", "prompt"), ("/api/rules/", "rule"), ("/api/tags/", "tag"), ("/api/projects/", "project"), ("/api/variables/", "scope"),
        ("/api/keys/", "key"), ("/v1/responses/", "turn"), ("/v1/chat/completions/", "turn"), ("/v1/conversations/", "conversation"), ("/api/chat/", "conversation"), ("/api/files/", "file"), ("/v1/files/", "file"),
        ("/v1/prompts/", "prompt"), ("/api/public/v2/prompts/", "prompt"),
    ];

    [Fact]
    public async Task Every_endpoint_says_who_may_use_it()
    {
        await using var server = new RunningServer();
        var silent = Doors(server).Where(door => door.Scope is null).Select(door => $"{door.Method} {door.Route}: {HowToSay}");
        Assert.Empty(silent);
    }

    [Fact]
    public async Task Without_a_key_that_counts_every_endpoint_that_asks_for_one_answers_401()
    {
        await using var server = new RunningServer();
        var things = await MakeAsync(server);
        var revoked = await server.KeyAsync("revoked", Scopes.Admin);
        await server.Get<KeyDesk>().RevokeAsync(revoked.Key.Id, TestContext.Current.CancellationToken);
        var expired = await ExpiredAsync(server);
        var cells = 0;
        var wrong = new List<string>();
        foreach (var door in Doors(server).Where(door => door.IsClosed))
        {
            foreach (var (kind, secret) in ((string, string?)[])[("no key", null), ("wrong", "tp_" + new string('x', 43)), ("revoked", revoked.Secret), ("expired", expired)])
            {
                using var response = await SendAsync(server, secret, door, things);
                if ((int)response.StatusCode != 401) wrong.Add($"{door.Method} {door.Route} with {kind}: {(int)response.StatusCode}");
                cells++;
            }
        }
        Assert.Empty(wrong);
        Assert.True(cells > 150, $"{cells} cells");
    }

    [Fact]
    public async Task A_key_without_the_scope_is_forbidden_at_every_endpoint_that_asks_for_one()
    {
        await using var server = new RunningServer();
        var things = await MakeAsync(server);
        var wrong = new List<string>();
        foreach (var scope in Scopes.All.Where(scope => scope != Scopes.Admin))
        {
            var secret = (await server.KeyAsync("only " + scope, scope)).Secret;
            foreach (var door in Doors(server).Where(door => door is { IsClosed: true, Needed: not null } && !Scopes.Allow([scope], door.Needed)))
            {
                using var response = await SendAsync(server, secret, door, things);
                if ((int)response.StatusCode != 403) wrong.Add($"{door.Method} {door.Route} with the scope {scope}: {(int)response.StatusCode}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Another_organization_finds_nothing_of_ours_at_any_endpoint()
    {
        await using var server = new RunningServer();
        var things = await MakeAsync(server);
        var other = (await server.KeyAsync(new NewKey { Name = "other", Scopes = [Scopes.Admin], Organization = "other" })).Secret;
        var wrong = new List<string>();
        foreach (var door in Doors(server).Where(door => door.IsClosed))
        {
            using var response = await SendAsync(server, other, door, things);
            var (status, text) = ((int)response.StatusCode, await TextAsync(response));
            if (door is { Method: "DELETE", Route: "/v1/models/{**id}" } or { Method: "GET", Route: "/api/chat/{id}/stream" }) continue; // these say the same of everything: models are nobody's to delete, and no stream is 204
            if (door.Route.StartsWith("/api/tools/servers", StringComparison.Ordinal) && door.Method is ("POST" or "DELETE") && status == 403) continue; // tool servers belong to the installation, not to any organization
            if (status is 401 or 403 or >= 500) wrong.Add($"{door.Method} {door.Route}: {status} {text}");
            if (status < 300 && door.Route.Contains('{') && door.Method == "GET" && door.Route != "/api/variables/{scope}" && Sample(door) is not null) wrong.Add($"{door.Method} {door.Route}: {status}, found what is another's");
            if (text.Contains(Marker, StringComparison.Ordinal)) wrong.Add($"{door.Method} {door.Route}: shows what another organization wrote");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Somebody_who_is_no_member_finds_nothing_of_a_project_at_any_endpoint()
    {
        await using var server = new RunningServer();
        var things = await MakeAsync(server, closed: true);
        var stranger = (await server.KeyAsync(new NewKey { Name = "stranger", Scopes = AllButAdmin, User = "eve" })).Secret;
        var wrong = new List<string>();
        foreach (var door in Doors(server).Where(door => door is { IsClosed: true, Needed: not Scopes.Admin } && !IsOfEverybody(door)))
        {
            using var response = await SendAsync(server, stranger, door, things);
            var (status, text) = ((int)response.StatusCode, await TextAsync(response));
            if (status is 401 or >= 500) wrong.Add($"{door.Method} {door.Route}: {status} {text}");
            if (IsInProject(door) && status is < 300 or 403 && door is not { Method: "DELETE", Route: "/api/prompts/{key}/draft" }) // where there is no draft, that is 204 as well
                wrong.Add($"{door.Method} {door.Route}: {status}, found what is a project's");
            if (text.Contains(Marker, StringComparison.Ordinal)) wrong.Add($"{door.Method} {door.Route}: shows what belongs to a project");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_viewer_changes_nothing_of_a_project_at_any_endpoint()
    {
        await using var server = new RunningServer();
        var things = await MakeAsync(server, closed: true);
        var viewer = (await server.KeyAsync(new NewKey { Name = "viewer", Scopes = AllButAdmin, User = "vic" })).Secret;
        var wrong = new List<string>();
        foreach (var door in Doors(server).Where(door => IsInProject(door) && !Reading.Contains(door.Method)))
        {
            using var response = await SendAsync(server, viewer, door, things);
            var (status, text) = ((int)response.StatusCode, await TextAsync(response));
            if (status is < 300 or 401 or >= 500) wrong.Add($"{door.Method} {door.Route}: {status} {text}");
        }
        Assert.Empty(wrong);
        Assert.Equal("sample", (await server.AskAsync(viewer, HttpMethod.Get, "/api/prompts/sample")).Body.GetProperty("key").GetString());
        Assert.Equal(200, (await server.AskAsync(viewer, HttpMethod.Get, $"/api/turns/{things["turn"]}")).Status);
    }

    [Fact]
    public async Task A_parameter_of_a_route_stands_for_a_thing_that_there_is()
    {
        await using var server = new RunningServer();
        var unknown = Doors(server).Where(door => door.IsClosed && door.Route.Contains('{') && Sample(door) is null && !door.Route.StartsWith("/v1/models", StringComparison.Ordinal) && !door.Route.StartsWith("/api/tools", StringComparison.Ordinal) && !door.Route.StartsWith("/api/hooks", StringComparison.Ordinal))
            .Select(door => $"{door.Method} {door.Route}: name a thing for its parameter in AccessTable.Samples, so that the table can ask for one of another organization.");
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task The_page_says_how_large_the_table_is()
    {
        await using var server = new RunningServer();
        var doors = Doors(server).Distinct().Where(door => door.IsClosed).ToList();
        var scoped = doors.Where(door => door.Needed is not null).ToList();
        var strangers = Scopes.All.Where(scope => scope != Scopes.Admin).Sum(scope => scoped.Count(door => !Scopes.Allow([scope], door.Needed!)));
        var faces = Faces.Select(face => $"{doors.Count(door => Face(door) == face.Name)} of {face.Name}");
        var said = $"The table has {doors.Count} endpoints that ask for a key: {string.Join(", ", faces)}. Each is asked without one, with a wrong, a revoked, an expired one, and with one of another organization ({doors.Count * 5} requests), and with every scope that is not enough ({strangers} requests); what belongs to a project also by somebody who is no member ({doors.Count(IsInProject)} requests), and by a viewer who would change it ({doors.Count(door => IsInProject(door) && !Reading.Contains(door.Method))}).";
        var path = Repository.PathOf("docs", "access.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var (from, to) = (page.IndexOf("The table has ", StringComparison.Ordinal), page.IndexOf("is not enough (", StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, "docs/access.md says nothing of the table.");
        to = page.IndexOf('.', to) + 1;
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") await File.WriteAllTextAsync(path, page = page[..from] + said + page[to..], TestContext.Current.CancellationToken);
        Assert.True(page.Contains(said, StringComparison.Ordinal), $"docs/access.md should say: {said} Run the tests once with TURNPIKE_APPROVE=1.");
    }

    /// <summary>The faces by how their routes begin; the first that fits counts.</summary>
    private static readonly (string Name, string[] Starts)[] Faces =
    [
        ("the OpenAI face", ["/v1/"]), ("the chat and AG-UI face", ["/api/chat", "/api/agui"]), ("the prompt readers' faces", ["/api/public", "/beta"]), ("MCP", ["/mcp"]),
        ("the native API", ["/"]),
    ];

    private static string Face(Door door) => Faces.First(face => face.Starts.Any(start => door.Route.StartsWith(start, StringComparison.Ordinal))).Name;

    private static readonly string[] AllButAdmin = [.. Scopes.All.Where(scope => scope != Scopes.Admin)];

    /// <summary>Whether the first parameter of a route stands for something that belongs to a project.</summary>
    private static bool IsInProject(Door door) => door is { IsClosed: true, Needed: not Scopes.Admin } && door.Route.Contains('{') && Sample(door) is "turn" or "conversation" or "prompt" or "rule" or "project" or "file" && !IsOfEverybody(door);

    /// <summary>These say the same of everything: models are nobody's to delete, no stream is 204, and an import makes what it is given.</summary>
    private static bool IsOfEverybody(Door door) => door is { Method: "DELETE", Route: "/v1/models/{**id}" } or { Method: "GET", Route: "/api/chat/{id}/stream" };

    private const string Marker = "zebra-crossing";

    private static string? Sample(Door door) => Samples.FirstOrDefault(sample => door.Route.StartsWith(sample.Route, StringComparison.Ordinal)).Thing;

    private static IReadOnlyList<Door> Doors(RunningServer server) =>
    [
        .. server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new Door(method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), endpoint.Metadata.GetMetadata<RouteScope>()))),
    ];

    private static async Task<HttpResponseMessage> SendAsync(RunningServer server, string? secret, Door door, Dictionary<string, string> things)
    {
        var path = new StringBuilder(door.Route);
        var first = true;
        for (int open; (open = path.ToString().IndexOf('{', StringComparison.Ordinal)) >= 0;)
        {
            var close = path.ToString().IndexOf('}', open);
            path.Remove(open, close - open + 1).Insert(open, first && Sample(door) is { } thing && things.TryGetValue(thing, out var id) ? id : "x1");
            first = false;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(new(door.Method), path.ToString()) { Content = Reading.Contains(door.Method) ? null : new StringContent("{}") };
        if (secret is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
    }

    private static async Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    /// <summary>One of each thing, with the marker in it, in the default organization; their ids.</summary>
    private static async Task<Dictionary<string, string>> MakeAsync(RunningServer server, bool closed = false)
    {
        var admin = await server.KeyAsync("admin", Scopes.Admin);
        await MadeAsync(server, admin.Secret, "/api/prompts", new { key = "sample", description = Marker, messages = new[] { new { role = "system", content = Marker } } });
        var rule = await MadeAsync(server, admin.Secret, "/api/rules", new { name = "Sample", content = Marker });
        await MadeAsync(server, admin.Secret, "/api/tags", new { name = "sample", description = Marker, rules = new[] { "Sample" } });
        var project = await MadeAsync(server, admin.Secret, "/api/projects", new { name = Marker });
        var home = closed ? project.GetProperty("id").GetString() : null;
        var turn = await MadeAsync(server, admin.Secret, "/api/turns", new { content = Marker, project = home });
        await server.AskAsync(admin.Secret, HttpMethod.Patch, "/api/variables/global", new { word = Marker });
        using var upload = new MultipartFormDataContent { { new StringContent(Marker), "file", "notes.txt" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/files") { Content = upload, Headers = { Authorization = new("Bearer", admin.Secret) } };
        using var uploaded = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var file = (await server.JsonAsync(uploaded)).GetProperty("id").GetString()!;
        if (closed)
        {
            foreach (var thing in (string[])["prompt/sample", "rule/" + rule.GetProperty("id").GetString(), "file/" + file]) Assert.Equal(200, (await server.AskAsync(admin.Secret, HttpMethod.Put, $"/api/projects/{home}/things/{thing}")).Status);
            foreach (var (user, role) in ((string, string)[])[("ann", "owner"), ("vic", "viewer")]) Assert.Equal(200, (await server.AskAsync(admin.Secret, HttpMethod.Put, $"/api/projects/{home}/members/{user}", new { role })).Status);
            await server.AskAsync(admin.Secret, HttpMethod.Patch, "/api/variables/global", new { word = "" });
            await server.AskAsync(admin.Secret, HttpMethod.Put, "/api/tags/sample", new { name = "sample", description = "", rules = new[] { "Sample" } });
        }
        return new()
        {
            ["file"] = file,
            ["turn"] = turn.GetProperty("id").GetString()!,
            ["conversation"] = turn.GetProperty("conversation").GetString()!,
            ["prompt"] = "sample",
            ["rule"] = rule.GetProperty("id").GetString()!,
            ["tag"] = "sample",
            ["project"] = project.GetProperty("id").GetString()!,
            ["scope"] = "global",
            ["key"] = admin.Key.Id,
        };
    }

    private static async Task<JsonElement> MadeAsync(RunningServer server, string secret, string path, object body)
    {
        var (status, made) = await server.AskAsync(secret, HttpMethod.Post, path, body);
        Assert.InRange(status, 200, 201);
        return made;
    }

    private static async Task<string> ExpiredAsync(RunningServer server)
    {
        var issued = await server.KeyAsync("expired", Scopes.Admin);
        await server.Get<IKeyStore>().UpdateAsync(issued.Key.Id, kept => kept with { Key = kept.Key with { ExpiresAt = kept.Key.CreatedAt } }, TestContext.Current.CancellationToken);
        server.Get<KeyRing>().Forget();
        return issued.Secret;
    }

    /// <summary>An endpoint for one method.</summary>
    private sealed record Door(string Method, string Route, RouteScope? Scope)
    {
        public string? Needed => (Scope ?? new(Scopes.Admin, Scopes.Admin)).For(Method);
        public bool IsClosed => Needed != RouteScope.Nobody;
    }
}
