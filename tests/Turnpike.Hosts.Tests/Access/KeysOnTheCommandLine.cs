using System.Text.Json;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Access;

/// <summary><c>turnpike keys …</c>, in this process and on a server.</summary>
public sealed class KeysOnTheCommandLine
{
    [Fact]
    public async Task Keys_are_made_listed_rotated_and_revoked()
    {
        var folder = TestFolder.New();
        try
        {
            var made = await CommandLine.RunAsync(["keys", "create", "--name", "shop", "--scope", "turns", "--scope", "files", "--user", "ann", "--organization", "acme", "--model", "openai/*", "--cost-per-day", "2.5", "--concurrency", "3", "--expires", "90d", "--json", "--data", folder]);
            Assert.Equal((0, ""), (made.Code, made.Error));
            var key = JsonDocument.Parse(made.Out).RootElement;
            Assert.StartsWith("tp_", key.GetProperty("key").GetString(), StringComparison.Ordinal);
            Assert.Equal(("ann", "acme", "openai/*"), (key.GetProperty("user").GetString(), key.GetProperty("organization").GetString(), key.GetProperty("models")[0].GetString()));
            Assert.Equal((2.5m, 3), (key.GetProperty("limits").GetProperty("costPerDay").GetDecimal(), key.GetProperty("limits").GetProperty("concurrency").GetInt32()));

            Assert.Contains("no key may make keys", key.GetProperty("warning").GetString(), StringComparison.Ordinal);

            var plain = await CommandLine.RunAsync(["keys", "create", "--name", "admin", "--scope", "admin", "--data", folder]);
            Assert.Matches("^tp_[0-9A-Za-z]{43}\n$", plain.Out);
            Assert.Contains("it is not shown again", plain.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("warning", plain.Error, StringComparison.Ordinal);

            var listed = await CommandLine.RunAsync(["keys", "list", "--data", folder]);
            var rows = listed.Out.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')).ToList();
            Assert.Equal(["shop", "admin"], rows.Select(row => row[1]));
            Assert.Equal("ann@acme", rows[0][4]);
            Assert.StartsWith("until ", rows[0][5], StringComparison.Ordinal);
            Assert.DoesNotContain(plain.Out.Trim(), listed.Out, StringComparison.Ordinal);

            var rotated = await CommandLine.RunAsync(["keys", "rotate", "shop", "--grace", "24h", "--data", folder]);
            Assert.Matches("^tp_[0-9A-Za-z]{43}\n$", rotated.Out);
            Assert.Equal(0, (await CommandLine.RunAsync(["keys", "revoke", "shop", "--data", folder])).Code);
            Assert.Contains("revoked ", (await CommandLine.RunAsync(["keys", "list", "--data", folder])).Out, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_key_is_changed_in_what_is_said_and_nothing_else()
    {
        var folder = TestFolder.New();
        try
        {
            var made = JsonDocument.Parse((await CommandLine.RunAsync(["keys", "create", "--name", "shop", "--scope", "turns", "--scope", "files", "--model", "openai/*", "--cost-per-day", "2.5", "--tokens-per-day", "9", "--store-chat", "--expires", "90d", "--json", "--data", folder])).Out).RootElement;
            var told = await CommandLine.RunAsync(["keys", "edit", "shop", "--scope", "turns", "--cost-per-day", "20", "--no-reasoning-content", "--tool-approval", "mail=ask", "--clear", "expires", "--clear", "model", "--clear", "tokens-per-day", "--data", folder]);
            Assert.Equal((0, "", $"Key \"shop\" ({made.GetProperty("id").GetString()}) is changed.\n"), (told.Code, told.Out, told.Error));
            var key = JsonDocument.Parse((await CommandLine.RunAsync(["keys", "list", "--json", "--data", folder])).Out).RootElement;
            Assert.Equal("""["turns"] {"costPerDay":20} {"storeChat":true,"reasoningContent":false,"listPrompts":true,"approvals":"ask","toolApproval":{"mail":"ask"}}""", $"{key.GetProperty("scopes").GetRawText()} {key.GetProperty("limits").GetRawText()} {key.GetProperty("settings").GetRawText()}");
            Assert.False(key.TryGetProperty("expiresAt", out _) || key.TryGetProperty("models", out _));
            Assert.Equal(made.GetProperty("prefix").GetString(), key.GetProperty("prefix").GetString());
            Assert.Contains("?changed=scopes,expiresAt,models,limits.tokensPerDay,limits.costPerDay", (await CommandLine.RunAsync(["audit", "--json", "--data", folder])).Out, StringComparison.Ordinal);
            foreach (var (says, args) in ((string, string[])[])[("Nothing is said to change", ["shop"]), ("takes nothing away", ["shop", "--clear", "name"]), ("Say one of them", ["shop", "--expires", "9d", "--clear", "expires"]), ("There is no key", ["shoe", "--name", "x"])])
            {
                var refused = await CommandLine.RunAsync(["keys", "edit", .. args, "--data", folder]);
                Assert.Equal(2, refused.Code);
                Assert.Contains(says, refused.Error, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("no length of time", "create", "--name", "x", "--expires", "soon")]
    [InlineData("There is no scope \\\"turn\\\"", "create", "--name", "x", "--scope", "turn")]
    [InlineData("--name", "create")]
    [InlineData("There is no key \\\"shop\\\"", "revoke", "shop")]
    public async Task What_does_not_fit_is_said_and_ends_with_2(string says, params string[] args)
    {
        var folder = TestFolder.New();
        try
        {
            var ended = await CommandLine.RunAsync(["keys", .. args, "--json", "--data", folder]);
            Assert.Equal(2, ended.Code);
            Assert.Contains(says, ended.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_server_is_asked_in_its_api()
    {
        const string key = """{"id":"key_1","name":"shop","prefix":"tp_abc","scopes":["turns"],"createdAt":"2026-01-01T00:00:00Z"}""";
        await using var server = await FakeServer.StartAsync(FakeServer.Json("{\"key\":\"tp_secret\"," + key[1..]), FakeServer.Json($$"""{"data":[{{key}}]}"""), FakeServer.Json(""), FakeServer.Json($$"""{"data":[{{key}}]}"""), FakeServer.Json("{\"key\":\"tp_new\"," + key[1..]), FakeServer.Json($$"""{"data":[{{key}}]}"""), FakeServer.Json(key));
        Assert.Equal("tp_secret\n", (await CommandLine.RunAsync(["keys", "create", "--name", "shop", "--server", server.Address])).Out);
        Assert.Equal(0, (await CommandLine.RunAsync(["keys", "revoke", "shop", "--server", server.Address])).Code);
        Assert.Equal("tp_new\n", (await CommandLine.RunAsync(["keys", "rotate", "tp_abc", "--grace", "15m", "--server", server.Address])).Out);
        Assert.Equal(0, (await CommandLine.RunAsync(["keys", "edit", "shop", "--concurrency", "4", "--clear", "triggers", "--server", server.Address])).Code);
        Assert.Equal("""{"limits":{"concurrency":4},"settings":{"triggers":null}}""", server.Requests.Last().Body);
        Assert.Equal(["POST /api/keys", "GET /api/keys", "DELETE /api/keys/key_1", "GET /api/keys", "POST /api/keys/key_1/rotate?grace=900", "GET /api/keys", "PATCH /api/keys/key_1"], server.Requests.Select(asked => asked.Line));
    }

    [Fact]
    public async Task A_key_can_be_given_every_limit_and_setting()
    {
        var folder = TestFolder.New();
        try
        {
            var made = await CommandLine.RunAsync(["keys", "create", "--name", "x", "--requests-per-minute", "1", "--requests-per-day", "2", "--requests-per-month", "3", "--tokens-per-minute", "4", "--tokens-per-day", "5", "--tokens-per-month", "6",
                "--cost-per-day", "7", "--cost-per-month", "0.50", "--concurrency", "9", "--triggers", "off", "--compose", "full", "--approvals", "allow", "--tool-approval", "booking.*=ask", "--store-chat", "--no-reasoning-content", "--no-list-prompts", "--json", "--data", folder]);
            var key = JsonDocument.Parse(made.Out).RootElement;
            Assert.Equal("""{"requestsPerMinute":1,"requestsPerDay":2,"requestsPerMonth":3,"tokensPerMinute":4,"tokensPerDay":5,"tokensPerMonth":6,"costPerDay":7,"costPerMonth":0.50,"concurrency":9}""", key.GetProperty("limits").GetRawText());
            Assert.Equal("""{"triggers":"off","compose":"full","storeChat":true,"reasoningContent":false,"listPrompts":false,"approvals":"allow","toolApproval":{"booking.*":"ask"}}""", key.GetProperty("settings").GetRawText());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("booking")]
    [InlineData("booking=maybe")]
    [InlineData("=ask")]
    [InlineData("booking=1")]
    public async Task What_says_nothing_of_a_tool_is_refused_with_an_example(string approval)
    {
        var refused = await CommandLine.RunAsync(["keys", "create", "--name", "x", "--tool-approval", approval]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("booking.*=ask", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_is_shown_here_and_of_a_server()
    {
        var folder = TestFolder.New();
        try
        {
            await CommandLine.RunAsync(["keys", "create", "--name", "shop", "--data", folder]);
            await CommandLine.RunAsync(["keys", "rotate", "shop", "--data", folder]);
            await CommandLine.RunAsync(["keys", "revoke", "shop", "--data", folder]);
            var lines = (await CommandLine.RunAsync(["audit", "--json", "--data", folder])).Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(["createKey", "rotateKey", "revokeKey"], lines.Select(line => line.GetProperty("action").GetString()));
            Assert.All(lines, line => Assert.Equal($"command line ({Environment.UserName})", line.GetProperty("who").GetString()));
            var rows = (await CommandLine.RunAsync(["audit", "--after", "1", "--limit", "1", "--data", folder])).Out.TrimEnd('\n').Split('\n');
            Assert.Equal("rotateKey", rows.Single().Split('\t')[3]);
            Assert.Equal(2, (await CommandLine.RunAsync(["audit", "--limit", "none", "--data", folder])).Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        const string line = """{"number":7,"at":"2026-01-01T00:00:00Z","who":"ann","action":"savePrompt","target":"/api/prompts/x","status":200,"request":"r"}""";
        await using var server = await FakeServer.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, line + "\n"), context => Task.CompletedTask);
        Assert.Equal("7\t2026-01-01 00:00:00\tann\tsavePrompt\t/api/prompts/x\t200\n", (await CommandLine.RunAsync(["audit", "--after", "6", "--server", server.Address])).Out);
        Assert.Equal(["GET /api/audit?after=6&limit=1000", "GET /api/audit?after=7&limit=1000"], server.Requests.Select(asked => asked.Line));
    }
}
