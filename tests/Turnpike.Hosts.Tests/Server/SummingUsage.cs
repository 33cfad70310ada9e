using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Recordings;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

public sealed class SummingUsage
{
    [Fact]
    public async Task Turns_are_summed_by_model_and_by_day_and_prompt()
    {
        await using var server = new RunningServer();
        var turn = await server.TurnAsync(new { prompt = "summarize", content = "It rained." });
        await server.TurnAsync(new { content = "Hi" });

        var byModel = await server.GetJsonAsync("/api/usage");
        var row = Assert.Single(byModel.GetProperty("data").EnumerateArray());
        Assert.Equal(("test/model", 2), (row.GetProperty("model").GetString(), row.GetProperty("turns").GetInt32()));
        Assert.Equal(byModel.GetProperty("total").GetProperty("inputTokens").GetInt64(), row.GetProperty("inputTokens").GetInt64());
        Assert.True(row.GetProperty("inputTokens").GetInt64() >= turn.GetProperty("usage").GetProperty("inputTokens").GetInt64());

        var byPrompt = await server.GetJsonAsync("/api/usage?by=day,prompt");
        Assert.Equal([null, "summarize"], byPrompt.GetProperty("data").EnumerateArray().Select(one => one.TryGetProperty("prompt", out var prompt) ? prompt.GetString() : null));
        Assert.Equal(["day", "prompt"], byPrompt.GetProperty("by").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task Turns_are_summed_by_the_key_that_submitted_them_and_one_that_was_revoked_keeps_its_name()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { content = "Nobody asks for a key yet" });
        var (shop, boss) = (await server.KeyAsync("shop", Scopes.Turns), await server.KeyAsync("boss", Scopes.Admin));
        foreach (var secret in (string[])[shop.Secret, boss.Secret, shop.Secret]) Assert.Equal(200, (await server.AskAsync(secret, HttpMethod.Post, "/api/turns", new { content = "Hi" })).Status);
        await server.Get<KeyDesk>().RevokeAsync(shop.Key.Id, TestContext.Current.CancellationToken);

        var (status, usage) = await server.AskAsync(boss.Secret, HttpMethod.Get, "/api/usage?by=key");
        Assert.Equal((200, "key"), (status, usage.GetProperty("by")[0].GetString()));
        var rows = usage.GetProperty("data").EnumerateArray().Select(row => (Text(row, "key"), Text(row, "keyName"), row.GetProperty("turns").GetInt32())).ToList();
        Assert.Equal([(null, null, 1), (boss.Key.Id, "boss", 1), (shop.Key.Id, "shop", 2)], rows.OrderBy(row => row.Item2, StringComparer.Ordinal));

        static string? Text(System.Text.Json.JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Fact]
    public async Task Counts_that_no_model_can_have_used_are_estimated_and_cost_nobody_the_report_or_the_budget()
    {
        await using var wire = new WireProvider(WireProvider.Answers(WireProvider.Said("Hi."), """data: {"id":"a1","choices":[],"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}}""" + "\n\n", WireProvider.Done));
        await using var server = new RunningServer(null, [.. wire.Settings(record: false), ("Turnpike:Models:wire/m:Price:Input", "10"), ("Turnpike:Models:wire/m:Price:Output", "10")]);
        var shop = await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { TokensPerDay = 400 } });
        var boss = await server.KeyAsync("boss", Scopes.Admin);
        var (status, turn) = await server.AskAsync(shop.Secret, HttpMethod.Post, "/api/turns", new { content = new string('x', 400), model = "wire/m" });
        Assert.Equal((200, "completed", true), (status, turn.GetProperty("status").GetString(), turn.GetProperty("usage").GetProperty("estimated").GetBoolean()));
        var (_, usage) = await server.AskAsync(boss.Secret, HttpMethod.Get, "/api/usage");
        Assert.InRange(usage.GetProperty("total").GetProperty("inputTokens").GetInt64(), 1, 1000);
        Assert.Equal(429, (await server.AskAsync(shop.Secret, HttpMethod.Post, "/api/turns", new { content = new string('x', 400), model = "wire/m" })).Status); // the first one counts
    }

    [Theory]
    [InlineData("by=colour", "by", "model, prompt, project, key or day")]
    [InlineData("by=1", "by", "model, prompt, project, key or day")]
    [InlineData("from=yesterday", "from", "a day (2026-11-01)")]
    [InlineData("to=12%3A30", "to", "a day (2026-11-01)")]
    [InlineData("from=2026-02-02&to=2026-02-01", "to", "before it begins")]
    public async Task A_query_that_cannot_be_read_says_which_part(string query, string field, string says)
    {
        await using var server = new RunningServer();
        var (status, code, detail, body) = await server.RefusedAsync(server.Client.GetAsync("/api/usage?" + query, TestContext.Current.CancellationToken));
        Assert.Equal((400, "request_invalid", field), (status, code, body.GetProperty("field").GetString()));
        Assert.Contains(says, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_the_settings_needs_no_more_than_what_is_said_of_it()
    {
        await using var server = new RunningServer(null, ("Turnpike:Models:test/model:ContextWindow", "100"), ("Turnpike:Models:test/model:Price:Input", "1"), ("Turnpike:Models:test/model:Price:Output", "10"));
        Assert.Equal(0.00002m, (await server.TurnAsync(new { content = "Hi" })).GetProperty("cost").GetProperty("amount").GetDecimal());
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = new string('x', 2000) }));
        Assert.Equal((422, "context_length_exceeded"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("to=0001-01-05", 400)]
    [InlineData("to=0001-01-29", 400)]
    [InlineData("to=0001-01-05T08:00:00Z", 400)]
    [InlineData("from=0001-01-01&to=0001-01-05", 200)]
    [InlineData("to=0001-01-30", 200)]
    public async Task A_period_that_would_begin_before_all_days_is_refused(string period, int status)
    {
        await using var server = new RunningServer();
        using var answer = await server.SendAsync(HttpMethod.Get, "/api/usage?" + period);
        var body = await server.JsonAsync(answer);
        Assert.True(status == (int)answer.StatusCode, body.GetRawText());
        if (status == 400) Assert.Equal(("request_invalid", "to"), (body.GetProperty("code").GetString(), body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_last_day_belongs_to_the_period()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { content = "Hi" });
        var today = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(1, (await server.GetJsonAsync($"/api/usage?from={today}&to={DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}")).GetProperty("total").GetProperty("turns").GetInt32());
        Assert.Equal(0, (await server.GetJsonAsync("/api/usage?to=2020-01-01")).GetProperty("total").GetProperty("turns").GetInt32());
    }
}
