using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A value that is sent as secrets are shown stays what it is, and is none where nothing is kept for it.</summary>
public sealed class MaskedVariables
{
    private static readonly object Declaring = new { key = "sec", messages = new[] { new { role = "system", content = "t={{t}}" } }, variables = new[] { new { name = "t", type = "string", secret = true } } };

    [Fact]
    public async Task A_project_that_is_copied_by_reading_and_saving_it_is_refused_and_its_own_value_stays()
    {
        await using var server = await ServerAsync();
        using var made = await server.PostAsync("/api/projects", new { id = "one", name = "One", variables = new { t = "s3cret", city = "Oslo" } });
        var shown = (JsonObject)JsonNode.Parse((await server.GetJsonAsync("/api/projects/one")).GetRawText())!;
        Assert.Equal("•••", (string?)shown["variables"]!["t"]);

        var copy = (JsonObject)shown.DeepClone();
        (copy["id"], copy["name"]) = ("two", "Two");
        await RefusedAsync(server, HttpMethod.Post, "/api/projects", copy.ToJsonString());
        Assert.Single((await server.GetJsonAsync("/api/projects")).GetProperty("data").EnumerateArray());

        shown["name"] = "First";
        using (var saved = await server.SendAsync(HttpMethod.Put, "/api/projects/one", shown.ToJsonString())) Assert.Equal(200, (int)saved.StatusCode);
        await server.TurnAsync(new { prompt = "sec", project = "one", content = "x" });
        Assert.Equal("system: t=s3cret", server.Model.Last.Transcript[0]);

        copy["variables"]!["t"] = "another";
        using (var told = await server.SendAsync(HttpMethod.Post, "/api/projects", copy.ToJsonString())) Assert.Equal(201, (int)told.StatusCode);
        await server.TurnAsync(new { prompt = "sec", project = "two", content = "x" });
        Assert.Equal("system: t=another", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Nowhere_is_it_kept_as_a_value()
    {
        await using var server = await ServerAsync();
        using (var made = await server.PostAsync("/api/projects", new { id = "one", name = "One" })) Assert.Equal(201, (int)made.StatusCode);
        using var started = await server.PostAsync("/api/conversations", new { prompt = "sec" });
        var conversation = (await server.JsonAsync(started)).GetProperty("id").GetString();
        foreach (var (method, path, body) in ((HttpMethod, string, object)[])
        [
            (HttpMethod.Put, "/api/projects/one", new { id = "one", name = "One", variables = new { t = "•••" } }), (HttpMethod.Patch, "/api/variables/global", new { t = "•••", city = "Oslo" }),
            (HttpMethod.Patch, $"/api/conversations/{conversation}/variables", new { t = "•••" }), (HttpMethod.Post, "/api/conversations", new { prompt = "sec", variables = new { t = "•••" } }),
        ]) await RefusedAsync(server, method, path, JsonSerializer.Serialize(body));
        Assert.Equal("{}", (await server.GetJsonAsync("/api/variables/global")).GetRawText());
        Assert.Single((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());
        await server.TurnAsync(new { conversation, project = "one", content = "x" });
        Assert.Equal("system: t=", server.Model.Last.Transcript[0]);
    }

    private static async Task<RunningServer> ServerAsync()
    {
        var server = new RunningServer();
        using var made = await server.PostAsync("/api/prompts", Declaring);
        Assert.Equal(201, (int)made.StatusCode);
        return server;
    }

    private static async Task RefusedAsync(RunningServer server, HttpMethod method, string path, string body)
    {
        var refused = await server.RefusedAsync(server.SendAsync(method, path, body));
        Assert.Equal((422, "variable_invalid", "t"), (refused.Status, refused.Code, Assert.Single(refused.Body.GetProperty("variables").EnumerateArray()).GetProperty("name").GetString()));
        Assert.Contains("\"t\" is •••", refused.Detail, StringComparison.Ordinal);
    }
}
