using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A tool that is called outside any turn is held to what holds in turns.</summary>
public sealed class TryingTools
{
    private static readonly object Arguments = new { arguments = new { city = "Oslo" } };
    private static readonly object Approved = new { arguments = new { city = "Oslo" }, approved = true };

    [Fact]
    public async Task Lists_approvals_and_limits_of_keys_and_of_the_program_hold_there_as_well()
    {
        var ran = 0;
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool((string city) => $"{city} {++ran}", "rm").AddTool((string city) => $"{city} {++ran}", "booking").AddTool((string city) => $"{city} {++ran}", "never"),
            ("Turnpike:ToolCalls:Approval:never", "deny"), ("Turnpike:ToolCalls:Approval:booking", "ask"));
        var plain = (await server.KeyAsync("plain", Scopes.Turns)).Secret;
        var shop = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Prompts = ["shop/*"] })).Secret;
        var held = (await server.KeyAsync(new NewKey { Name = "held", Scopes = [Scopes.Turns], Settings = new() { ToolApproval = new Dictionary<string, ToolDecision> { ["rm"] = ToolDecision.Deny } } })).Secret;
        var reads = (await server.KeyAsync(new NewKey { Name = "reads", Scopes = [Scopes.Turns], Tools = ["read_*"] })).Secret;
        var few = (await server.KeyAsync(new NewKey { Name = "few", Scopes = [Scopes.Turns], Limits = new() { RequestsPerDay = 1, TokensPerDay = 10 } })).Secret;

        Assert.Contains("only the stored prompts shop/*", await RefusedAsync(shop, "rm", Approved), StringComparison.Ordinal);
        Assert.Contains("the key \"held\"", await RefusedAsync(held, "rm", Approved), StringComparison.Ordinal);
        Assert.Contains("are denied", await RefusedAsync(plain, "never", Approved), StringComparison.Ordinal);
        Assert.Contains("send \"approved\": true", await RefusedAsync(plain, "booking", Arguments), StringComparison.Ordinal);
        Assert.Equal(422, (await server.AskAsync(reads, HttpMethod.Post, "/api/tools/rm/call", Approved)).Status);
        Assert.Equal(0, ran);

        Assert.Equal("Oslo 1", await ResultAsync(plain, "booking", Approved));
        Assert.Equal("Oslo 2", await ResultAsync(plain, "rm", Arguments));
        Assert.Equal("Oslo 3", await ResultAsync(few, "rm", Arguments));
        var (status, body) = await server.AskAsync(few, HttpMethod.Post, "/api/tools/rm/call", Arguments);
        Assert.Equal((429, "budget_exceeded", 3), (status, body.GetProperty("code").GetString(), ran));
        Assert.Equal(429, (await server.AskAsync(few, HttpMethod.Post, "/api/turns", new { content = "Hi" })).Status);

        async Task<string> RefusedAsync(string key, string tool, object arguments)
        {
            var (refused, said) = await server.AskAsync(key, HttpMethod.Post, $"/api/tools/{tool}/call", arguments);
            Assert.Equal((403, "forbidden"), (refused, said.GetProperty("code").GetString()));
            return said.GetProperty("detail").GetString()!;
        }

        async Task<string?> ResultAsync(string key, string tool, object arguments)
        {
            var (called, said) = await server.AskAsync(key, HttpMethod.Post, $"/api/tools/{tool}/call", arguments);
            Assert.True(called == 200, said.ToString());
            return said.GetProperty("result").ValueKind == JsonValueKind.String ? said.GetProperty("result").GetString() : said.GetRawText();
        }
    }
}
