using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Lists, catalogs and sums, as members of projects see them and as others do.</summary>
public sealed class RolesInLists
{
    [Fact]
    public async Task Keep_a_project_out_of_every_list_of_those_who_are_no_members()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
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
        var place = await ProjectPlace.MakeAsync(server);
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
    public async Task Count_where_a_file_is_named_in_typed_text()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        Assert.Equal(201, (await place.UploadAsync(place.Stranger, "", "Open words")).Status);
        Assert.Equal(201, (await place.UploadAsync(place.Keys[ProjectRole.Editor], "?project=" + place.Project, "Closed words")).Status);
        foreach (var (key, says) in ((string, string)[])[(place.Stranger, "Open words"), (place.Keys[ProjectRole.Runner], "Closed words")])
        {
            Assert.Equal(200, (await place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "@.resource.add Notes.TXT; What?" })).Status);
            Assert.Contains(says, server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Count_for_listed_completions_and_for_the_names_in_sums()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
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

    [Theory]
    [InlineData("prompt")]
    [InlineData("prompt,day")]
    [InlineData("project,prompt")]
    public async Task Count_for_the_names_of_prompts_in_sums_which_stay_whole(string by)
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        foreach (var key in (string[])["secretplan", "otherplan"])
        {
            Assert.Equal(201, (await place.AskAsync(place.Admin, HttpMethod.Post, $"/api/prompts?project={place.Project}", new { key, messages = new[] { new { role = "system", content = "Plan." } } })).Status);
            Assert.Equal(200, (await place.AskAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", new { content = "x", prompt = key })).Status);
        }
        var (hidden, shown) = ((await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/usage?by=" + by)).Body, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, "/api/usage?by=" + by)).Body);
        Assert.Contains("secretplan", shown.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("plan", hidden.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(shown.GetProperty("total").GetRawText(), hidden.GetProperty("total").GetRawText());
        var all = hidden.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal((2, 3), (all.Count, shown.GetProperty("data").GetArrayLength()));
        var merged = Assert.Single(all, row => row.TryGetProperty("prompt", out var prompt) && prompt.GetString() == "•••");
        Assert.Equal(2, merged.GetProperty("turns").GetInt32());
        foreach (var sum in (string[])["turns", "attempts", "inputTokens", "outputTokens"])
            Assert.Equal(hidden.GetProperty("total").GetProperty(sum).GetInt64(), all.Sum(row => row.GetProperty(sum).GetInt64()));
    }

    [Fact]
    public async Task Leave_pages_full_where_much_is_hidden()
    {
        var clock = new ManualClock(); // two that were changed in the same millisecond may stand either way round
        await using var server = new RunningServer(services => services.AddSingleton<TimeProvider>(clock));
        var place = await ProjectPlace.MakeAsync(server);
        for (var i = 0; i < 6; i++)
        {
            await place.AskAsync(place.Admin, HttpMethod.Post, "/api/conversations", new { title = $"hidden {i}", project = place.Project });
            await place.AskAsync(place.Admin, HttpMethod.Post, "/api/conversations", new { title = $"open {i}" });
            clock.Advance(TimeSpan.FromSeconds(1));
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
}
