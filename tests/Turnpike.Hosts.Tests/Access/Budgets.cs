using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A key's limits hold before a turn starts, and are settled with what it used.</summary>
public sealed class Budgets
{
    private static readonly (string, string)[] Priced =
    [
        ("Turnpike:Models:test/model:Id", "test/model"), ("Turnpike:Models:test/model:Provider", "test"),
        ("Turnpike:Models:test/model:Price:Input", "1"), ("Turnpike:Models:test/model:Price:Output", "10"),
    ];

    [Fact]
    public async Task Turns_of_a_minute_are_limited_and_the_answer_says_when_to_come_back()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerMinute = 2 } })).Secret;
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "1" })).Status);
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "2" })).Status);
        using var refused = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"3"}""");
        if (refused.StatusCode == System.Net.HttpStatusCode.OK) return; // a new minute began in between
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("rate_limited", (await server.JsonAsync(refused)).GetProperty("code").GetString());
        Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(2, server.Model.Requests.Count);
    }

    [Fact]
    public async Task A_day_that_is_used_up_heals_at_midnight()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerDay = 1 } })).Secret;
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "1" })).Status);
        using var refused = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"2"}""", ("Accept", "text/event-stream"));
        var body = await server.JsonAsync(refused);
        Assert.Equal((429, "budget_exceeded"), ((int)refused.StatusCode, body.GetProperty("code").GetString()));
        Assert.Contains("\"shop\"", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.InRange(body.GetProperty("retryAfter").GetInt32(), 1, 24 * 3600);
        Assert.Single(server.Model.Requests);
    }

    [Theory]
    [InlineData("Hi")]
    [InlineData("@.help;")]
    public async Task A_turn_that_used_nothing_leaves_the_money_of_its_day(string content)
    {
        await using var server = new RunningServer(null, Priced);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { CostPerDay = 0.003m } })).Secret; // room for one
        for (var i = 0; i < 3; i++) server.Model.Answers((_, _) => throw new HttpRequestException("no", null, System.Net.HttpStatusCode.BadRequest));
        for (var i = 0; i < 3; i++) Assert.NotEqual(429, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content, parameters = new { maxOutputTokens = 200 } })).Status);
    }

    [Fact]
    public async Task A_turn_that_is_more_than_a_whole_budget_is_not_told_to_wait()
    {
        await using var server = new RunningServer(null, Priced);
        foreach (var limits in (KeyLimits[])[new() { TokensPerMinute = 100 }, new() { CostPerDay = 0.001m }])
        {
            var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = limits })).Secret;
            using var refused = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"Hi"}""");
            var body = await server.JsonAsync(refused);
            Assert.Equal((429, limits.CostPerDay is null ? "rate_limited" : "budget_exceeded"), ((int)refused.StatusCode, body.GetProperty("code").GetString()));
            Assert.False(refused.Headers.Contains("Retry-After") || body.TryGetProperty("retryAfter", out _));
            Assert.Contains("waiting does not help", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task A_limit_of_nothing_is_not_told_to_wait()
    {
        await using var server = new RunningServer();
        foreach (var (limits, code) in ((KeyLimits, string)[])[(new() { RequestsPerMinute = 0 }, "rate_limited"), (new() { RequestsPerDay = 0 }, "budget_exceeded"), (new() { RequestsPerMonth = 0 }, "budget_exceeded"), (new() { Concurrency = 0 }, "rate_limited"), (new() { TokensPerDay = 0 }, "budget_exceeded")])
        {
            var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = limits })).Secret;
            using var refused = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"Hi"}""");
            var body = await server.JsonAsync(refused);
            Assert.Equal((429, code), ((int)refused.StatusCode, body.GetProperty("code").GetString()));
            Assert.False(refused.Headers.Contains("Retry-After") || body.TryGetProperty("retryAfter", out _), body.GetRawText());
            Assert.Contains("waiting does not help", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task Money_is_reserved_before_and_settled_after()
    {
        await using var server = new RunningServer(null, Priced);
        server.Model.Answers((_, _) => UsingAsync(input: 1000, output: 100)).Answers((_, _) => UsingAsync(input: 1000, output: 100));
        var limits = new KeyLimits { CostPerDay = 0.005m }; // a turn costs 0.002; what it may cost is held against the rest: about 0.00257
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = limits })).Secret;
        Assert.Equal(0.002m, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "1" })).Body.GetProperty("cost").GetProperty("amount").GetDecimal());
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "2" })).Status);
        Assert.Equal(429, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "3" })).Status);
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "4", parameters = new { maxOutputTokens = 50 } })).Status);
    }

    [Fact]
    public async Task Tokens_of_a_day_are_counted_as_they_were_used()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, _) => UsingAsync(input: 600, output: 200));
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { TokensPerDay = 1000 } })).Secret;
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "1" })).Status);
        Assert.Equal("budget_exceeded", (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "2" })).Body.GetProperty("code").GetString());
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "3", parameters = new { maxOutputTokens = 100 } })).Status);
    }

    [Fact]
    public async Task Tokens_of_turns_that_are_cancelled_are_counted_as_well()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { TokensPerDay = 1500 } })).Secret;
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var spoke = new TaskCompletionSource();
            server.Model.Answers((_, stop) => LongAsync(spoke, stop));
            using var submitted = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"Go on","parameters":{"maxOutputTokens":100}}""", ("Prefer", "respond-async"));
            statuses.Add((int)submitted.StatusCode);
            if (!submitted.IsSuccessStatusCode) break;
            var id = submitted.Headers.GetValues("Turnpike-Turn").Single();
            await spoke.Task;
            await server.AskAsync(key, HttpMethod.Post, $"/api/turns/{id}/cancel");
            var turn = await server.Get<Pipeline.TurnRunner>().WaitAsync(id, TestContext.Current.CancellationToken);
            Assert.Equal((Turnpike.Turns.TurnStatus.Cancelled, Assert.Single(turn.Attempts).Usage), (turn.Status, turn.Usage));
            Assert.InRange(turn.Usage.OutputTokens, 1000, 1200);
        }
        Assert.Equal([202, 202, 429], statuses); // 1000 tokens each, of 1500 in a day
    }

    [Fact]
    public async Task Turns_at_the_same_time_are_limited_and_a_place_is_free_when_one_ends()
    {
        await using var server = new RunningServer();
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, _) => WaitingAsync(gate.Task));
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { Concurrency = 1 } })).Secret;
        using var first = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"1"}""", ("Prefer", "respond-async"));
        var id = first.Headers.GetValues("Turnpike-Turn").Single();
        var (status, body) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "2" });
        Assert.Equal((429, "rate_limited"), (status, body.GetProperty("code").GetString()));
        gate.SetResult();
        await server.Get<Pipeline.TurnRunner>().WaitAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "3" })).Status);
    }

    [Fact]
    public async Task Equal_requests_under_one_idempotency_key_take_one_place_together()
    {
        await using var server = new RunningServer();
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, _) => WaitingAsync(gate.Task));
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { Concurrency = 1 } })).Secret;
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var submitted = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"1","idempotencyKey":"k"}""", ("Prefer", "respond-async"));
            Assert.Equal(202, (int)submitted.StatusCode);
            return submitted.Headers.GetValues("Turnpike-Turn").Single();
        }));
        Assert.Single(ids.Distinct());
        gate.SetResult();
        await server.Get<Pipeline.TurnRunner>().WaitAsync(ids[0], TestContext.Current.CancellationToken);
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_turn_that_does_not_start_does_not_count()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerDay = 1 } })).Secret;
        Assert.Equal(404, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { prompt = "nothing", content = "1" })).Status);
        Assert.Equal(422, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "" })).Status);
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns/preview", new { content = "x" })).Status);
        var body = """{"content":"x","idempotencyKey":"k"}""";
        using (var done = await server.WithAsync(key, HttpMethod.Post, "/api/turns", body)) Assert.Equal(200, (int)done.StatusCode);
        using (var again = await server.WithAsync(key, HttpMethod.Post, "/api/turns", body)) Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal(429, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "y" })).Status);
    }

    [Fact]
    public async Task A_thousand_turns_at_once_start_exactly_as_many_as_the_budget_allows()
    {
        await using var server = new RunningServer();
        var store = server.Get<IBudgetStore>();
        var claims = Enumerable.Range(0, 1000).Select(i => new BudgetClaim($"turn_{i}", "key_1", 10, 100, [new("day:2026-01-01", long.MaxValue, long.MaxValue, 10_000)])).ToList();
        var refused = await Task.WhenAll(claims.Select(claim => store.ReserveAsync(claim, TestContext.Current.CancellationToken)));
        Assert.Equal(100, refused.Count(limit => limit is null));
    }

    [Fact]
    public async Task A_key_uses_only_the_models_tools_and_prompts_of_its_lists()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "shop/greet", messages = new[] { new { role = "system", content = "Greet." } } });
        await server.PostAsync("/api/prompts", new { key = "other", messages = new[] { new { role = "system", content = "Other." } } });
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns, Scopes.PromptsRead], Prompts = ["shop/*"], Models = ["test/*"], Tools = ["web*"] })).Secret;
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { prompt = "shop/greet", content = "x" })).Status);
        foreach (var body in (object[])[
            new { prompt = "other", content = "x" }, new { content = "x" }, new { prompt = new { messages = new[] { new { role = "system", content = "Mine." } } }, content = "x" },
            new { prompt = new { id = "shop/greet", overlay = new { messages = new[] { new { role = "system", content = "Mine." } } } }, content = "x" }, new { prompt = "shop/greet", model = "builtin/echo", content = "x" },
            new { prompt = "shop/greet", content = "@.prompt.use other; x" }, new { prompt = "shop/greet", content = "@.agent.use other; x" },
            new { prompt = "shop/greet", system = new { text = "Mine.", mode = "replace" }, content = "x" }, new { prompt = "shop/greet", content = "@.system.set \"Mine.\"; x" }])
        {
            foreach (var path in (string[])["/api/turns", "/api/turns/preview"])
            {
                var (status, told) = await server.AskAsync(key, HttpMethod.Post, path, body);
                Assert.Equal((403, "forbidden"), (status, told.GetProperty("code").GetString()));
            }
        }
        Assert.Equal("tool_unknown", (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { prompt = "shop/greet", tools = new[] { "current_time" }, content = "x" })).Body.GetProperty("code").GetString());
        var models = (await server.AskAsync(key, HttpMethod.Get, "/api/models")).Body;
        Assert.Equal(["test/model"], models.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal("test/model", models.GetProperty("default").GetString());
        var echo = (await server.KeyAsync(new NewKey { Name = "echo", Scopes = [Scopes.Turns], Models = ["builtin/*"] })).Secret;
        Assert.False((await server.AskAsync(echo, HttpMethod.Get, "/api/models")).Body.TryGetProperty("default", out _));
        Assert.Empty((await server.AskAsync(key, HttpMethod.Get, "/api/tools")).Body.GetProperty("data").EnumerateArray());
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_key_with_a_list_of_prompts_runs_them_as_they_are_kept_in_whatever_conversation()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "shop/greet", messages = new[] { new { role = "system", content = "Greet." } } });
        await server.PostAsync("/api/prompts", new { key = "other", messages = new[] { new { role = "system", content = "Other." } } });
        var greet = (await server.GetJsonAsync("/api/prompts/shop/greet")).GetRawText();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns, Scopes.Conversations], Prompts = ["shop/*"] })).Secret;
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var mine = new { messages = new[] { new { role = "system", content = "Mine." } } };
        foreach (var prompt in (object[])["other", mine, new { id = "shop/greet", overlay = mine }])
        {
            var (status, told) = await server.AskAsync(key, HttpMethod.Post, "/api/conversations", new { prompt });
            Assert.Equal((403, "forbidden"), (status, told.GetProperty("code").GetString()));
            Assert.DoesNotContain("Other.", told.GetRawText(), StringComparison.Ordinal);
        }

        var changed = greet.Replace("Greet.", "Mine.", StringComparison.Ordinal); // with the key, the number and the hash of the one that is kept
        foreach (var (id, members) in ((string, string)[])[("conv_overlaid", ""), ("conv_pinned", $",\"prompt\":{changed}"), ("conv_agent", $",\"prompt\":{greet},\"agent\":{{\"prompt\":{changed},\"variables\":{{}}}}")])
        {
            var conversation = id;
            if (members.Length == 0) conversation = (await server.AskAsync(admin, HttpMethod.Post, "/api/conversations", new { prompt = new { id = "shop/greet", overlay = mine } })).Body.GetProperty("id").GetString()!;
            else
            {
                using var imported = await server.WithAsync(key, HttpMethod.Post, "/api/conversations/import", $$$"""{"turnpike":1,"conversation":{"id":"{{{id}}}","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"{{{members}}}},"turns":[]}""");
                Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
            foreach (var body in (object[])[new { conversation, content = "x" }, new { conversation, prompt = "shop/greet", content = "x" }])
                Assert.Equal(403, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", body)).Status);
        }
        Assert.Empty(server.Model.Requests);

        var (made, started) = await server.AskAsync(key, HttpMethod.Post, "/api/conversations", new { prompt = "shop/greet" });
        Assert.Equal(201, made);
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { conversation = started.GetProperty("id").GetString(), system = new { text = "Be brief." }, content = "x" })).Status);
        Assert.Equal(["system: Greet.\n\nBe brief.", "user: x"], server.Model.Last.Transcript);
        Assert.Equal(204, (await server.AskAsync(admin, HttpMethod.Delete, "/api/prompts/shop/greet")).Status);
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { conversation = started.GetProperty("id").GetString(), content = "y" })).Status); // it is pinned, and was kept so
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> UsingAsync(int input, int output)
    {
        await Task.Yield();
        yield return new(ChatRole.Assistant, "ok");
        yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = input, OutputTokenCount = output })]) { FinishReason = ChatFinishReason.Stop };
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> LongAsync(TaskCompletionSource spoke, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, new string('x', 4000));
        spoke.TrySetResult();
        await Task.Delay(Timeout.Infinite, stop);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WaitingAsync(Task gate)
    {
        await gate;
        yield return new(ChatRole.Assistant, "done");
    }
}
