using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Who changed what is kept, whether it was done or refused, and never what was written.</summary>
public sealed class AuditLog
{
    [Fact]
    public async Task Changes_of_prompts_labels_rules_projects_variables_and_keys_are_kept_in_order()
    {
        await using var server = new RunningServer();
        var admin = await server.KeyAsync(new NewKey { Name = "admin", Scopes = [Scopes.Admin], User = "ann" });
        var reader = await server.KeyAsync("reader", Scopes.PromptsRead);
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/prompts", new { key = "greet", messages = new[] { new { role = "system", content = "confidential words" } } });
        await server.AskAsync(admin.Secret, HttpMethod.Put, "/api/prompts/greet/labels/production", new { version = 1 });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/rules", new { name = "House", content = "confidential words" });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/projects", new { name = "Shop" });
        await server.AskAsync(admin.Secret, HttpMethod.Patch, "/api/variables/global", new { word = "confidential words" });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/keys", new { name = "x" });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/rules", new { name = "" });
        await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/prompts");
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/turns", new { content = "x" });
        Assert.Equal(403, (await server.AskAsync(reader.Secret, HttpMethod.Post, "/api/projects", new { name = "No" })).Status);

        var (text, lines) = await ReadAsync(server, admin.Secret, "/api/audit");
        Assert.Equal(["createPrompt", "labelPrompt", "createRule", "createProject", "setScope", "createKey", "createRule", "createProject"], lines.Select(line => line.GetProperty("action").GetString()));
        Assert.Equal([201, 200, 201, 201, 200, 201, 400, 403], lines.Select(line => line.GetProperty("status").GetInt32()));
        Assert.Equal(Enumerable.Range(3, 8), lines.Select(line => line.GetProperty("number").GetInt32())); // the first two are of the keys
        Assert.Equal(("admin", admin.Key.Id, "ann", "/api/prompts/greet/labels/production"), (lines[1].GetProperty("who").GetString(), lines[1].GetProperty("key").GetString(), lines[1].GetProperty("user").GetString(), lines[1].GetProperty("target").GetString()));
        Assert.Equal("reader", lines[7].GetProperty("who").GetString());
        Assert.DoesNotContain("confidential", text, StringComparison.Ordinal);
        Assert.Equal([10], (await ReadAsync(server, admin.Secret, "/api/audit?after=9")).Lines.Select(line => line.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Each_organization_has_its_own()
    {
        await using var server = new RunningServer();
        var acme = (await server.KeyAsync(new NewKey { Name = "acme", Scopes = [Scopes.Admin], Organization = "acme" })).Secret;
        var other = (await server.KeyAsync(new NewKey { Name = "other", Scopes = [Scopes.Admin], Organization = "other" })).Secret;
        await server.AskAsync(acme, HttpMethod.Post, "/api/projects", new { name = "Shop" });
        Assert.Single((await ReadAsync(server, acme, "/api/audit")).Lines);
        Assert.Empty((await ReadAsync(server, other, "/api/audit")).Lines);
    }

    private static async Task<(string Text, List<JsonElement> Lines)> ReadAsync(RunningServer server, string secret, string path)
    {
        using var response = await server.WithAsync(secret, HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (text, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("who").GetString() != "host")]); // the tests make keys as a host does
    }
}
