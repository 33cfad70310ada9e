using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A project with a member of each role and one of each thing, and keys of those members, of a stranger, of nobody in particular, and of an administrator.</summary>
internal sealed record ProjectPlace(RunningServer Server, string Admin, string Stranger, string Nobody, IReadOnlyDictionary<ProjectRole, string> Keys)
{
    private static readonly string[] AllButAdmin = [.. Scopes.All.Where(scope => scope != Scopes.Admin)];

    public string Project { get; private init; } = "";
    public string Other { get; private init; } = "";
    public string Conversation { get; private init; } = "";
    public string Turn { get; private init; } = "";
    public string Rule { get; private init; } = "";
    public string File { get; private init; } = "";
    public string PromptId { get; private init; } = "";

    public Task<(int Status, JsonElement Body)> AskAsync(string key, HttpMethod method, string path, object? body = null) => Server.AskAsync(key, method, path, body);

    public async Task<(int Status, JsonElement Body)> UploadAsync(string key, string query, string text)
    {
        using var upload = new MultipartFormDataContent { { new StringContent(text), "file", "notes.txt" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/files" + query) { Content = upload, Headers = { Authorization = new("Bearer", key) } };
        using var uploaded = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)uploaded.StatusCode, await Server.JsonAsync(uploaded));
    }

    public static async Task<ProjectPlace> MakeAsync(RunningServer server)
    {
        var keys = new Dictionary<ProjectRole, string>();
        foreach (var role in Enum.GetValues<ProjectRole>()) keys[role] = await KeyAsync(server, role.ToString().ToLowerInvariant());
        var place = new ProjectPlace(server, (await server.KeyAsync("admin", Scopes.Admin)).Secret, await KeyAsync(server, "stranger"), await KeyAsync(server, null), keys);
        var project = await place.MadeAsync("/api/projects", new { name = "Closed" });
        foreach (var role in Enum.GetValues<ProjectRole>().Reverse()) Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/projects/{project}/members/{role.ToString().ToLowerInvariant()}", new { role = role.ToString().ToLowerInvariant() })).Status);
        Assert.Equal(200, (await place.AskAsync(place.Admin, HttpMethod.Put, $"/api/projects/{project}/members/spare", new { role = "viewer" })).Status);
        server.Model.Says("Planned indeed");
        var turn = (await place.AskAsync(place.Admin, HttpMethod.Post, "/api/turns", new { content = "Planned", project })).Body;
        var prompts = ((string[])["inside", "outside"]).Select(key => place.AskAsync(place.Admin, HttpMethod.Post, "/api/prompts", new { key, messages = new[] { new { role = "system", content = "Be brief." } } }));
        var made = await Task.WhenAll(prompts);
        var rule = await place.MadeAsync("/api/rules", new { name = "inside", content = "R" });
        var file = (await place.UploadAsync(place.Admin, "", "Planned")).Body.GetProperty("id").GetString()!;
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
