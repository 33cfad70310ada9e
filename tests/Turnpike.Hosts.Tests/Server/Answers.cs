using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Models;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What every answer has, good or bad.</summary>
public sealed class Answers
{
    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/api/prompts?limit=0", 400)]
    [InlineData("/api/turns/turn_none", 404)]
    [InlineData("/nothing", 404)]
    [InlineData("/favicon.ico", 404)]
    [InlineData("/api/turns", 405)]
    public async Task Every_answer_has_a_request_id_and_every_refusal_is_a_problem(string path, int status)
    {
        await using var server = new RunningServer();
        using var response = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Matches("^req_[0-9A-Za-z]{22}$", response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal(status == 200 ? "application/json" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_wrong_verb_is_told_the_right_one()
    {
        await using var server = new RunningServer();
        using var response = await server.Client.PutAsync("/api/turns", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (response.StatusCode, response.Content.Headers.Allow.Single()));
        Assert.Contains("it takes POST", (await server.JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_names_itself_its_conversation_its_prompt_and_its_warnings_in_headers()
    {
        await using var server = new RunningServer();
        using var response = await server.CurlAsync("/api/turns", """{"prompt":"summarize","content":"@.tols.activate x; Rain."}""");
        var turn = await server.JsonAsync(response);
        Assert.Equal(turn.GetProperty("id").GetString(), response.Headers.GetValues("Turnpike-Turn").Single());
        Assert.Equal(turn.GetProperty("conversation").GetString(), response.Headers.GetValues("Turnpike-Conversation").Single());
        Assert.Equal("summarize@1", response.Headers.GetValues("Turnpike-Prompt").Single());
        Assert.Equal("1", response.Headers.GetValues("Turnpike-Warnings").Single());
        foreach (var path in new[] { "", "/events", "/trace" })
        {
            using var again = await server.Client.GetAsync($"/api/turns/{turn.GetProperty("id").GetString()}{path}", TestContext.Current.CancellationToken);
            Assert.Equal(turn.GetProperty("conversation").GetString(), again.Headers.GetValues("Turnpike-Conversation").Single());
        }
    }

    [Fact]
    public async Task A_failed_turn_is_a_problem_that_names_the_turn_and_says_whether_to_try_again()
    {
        await using var server = new RunningServer(services => services.Configure<ModelOptions>(options => options.Attempts = 1));
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderUnreachable, "Nobody is there."));
        using var response = await server.CurlAsync("/api/turns", """{"content":"Hi"}""");
        var problem = await server.JsonAsync(response);
        Assert.Equal((502, "provider_unreachable"), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.Equal(("Nobody is there.", true), (problem.GetProperty("message").GetString(), problem.GetProperty("retryable").GetBoolean()));
        Assert.Equal(response.Headers.GetValues("Turnpike-Turn").Single(), problem.GetProperty("turn").GetString());
    }

    [Fact]
    public async Task A_fault_of_ours_hides_its_words_and_is_found_in_the_log_by_the_request_id()
    {
        var log = new KeptLog();
        await using var server = new RunningServer(services => services.AddSingleton<IPromptStore>(new BrokenPrompts(new InvalidOperationException("the password is 123"))).AddSingleton<ILoggerProvider>(log));
        using var response = await server.Client.GetAsync("/api/prompts", TestContext.Current.CancellationToken);
        var problem = await server.JsonAsync(response);
        var id = response.Headers.GetValues("x-request-id").Single();
        Assert.Equal((500, "internal_error"), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains(id, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("password", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains(id, StringComparison.Ordinal) && line.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_in_a_hosts_own_provider_is_told_without_its_words_which_stand_in_the_log()
    {
        var log = new KeptLog();
        await using var server = new RunningServer(services => services.AddSingleton<IModelProvider>(new BrokenProvider()).AddSingleton<ILoggerProvider>(log));
        var models = await server.GetJsonAsync("/api/models");
        Assert.Contains("test/model", models.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        var told = Assert.Single(models.GetProperty("unavailable").EnumerateArray(), provider => provider.GetProperty("provider").GetString() == "broken");
        Assert.Equal(("internal_error", "Provider \"broken\" could not list its models: InvalidOperationException."), (told.GetProperty("code").GetString(), told.GetProperty("message").GetString()));
        Assert.Contains(log.Lines, line => line.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_not_ready_and_says_when_to_ask_again()
    {
        await using var server = new RunningServer(services => services.AddSingleton<IPromptStore>(new BrokenPrompts(new IOException("the disk is gone"))));
        using var response = await server.SendAsync(HttpMethod.Get, "/health/ready", null, ("Host", "10.0.0.7:5080")); // as probes ask
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (response.StatusCode, response.Headers.RetryAfter?.Delta));
        var problem = await server.JsonAsync(response);
        Assert.Equal(("storage_unavailable", 5), (problem.GetProperty("code").GetString(), problem.GetProperty("retryAfter").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_silent_is_not_ready_in_time_and_is_asked_once_for_all_probes()
    {
        var answer = new TaskCompletionSource<Prompt?>();
        var silent = new BrokenPrompts(new InvalidOperationException(), answer.Task);
        await using var server = new RunningServer(services => services.AddSingleton<IPromptStore>(silent));
        var before = silent.Asked;
        var probes = Enumerable.Range(0, 3).Select(_ => server.RefusedAsync(server.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))).ToArray();
        foreach (var refused in await Task.WhenAll(probes)) Assert.Equal((503, "storage_unavailable", "The store did not answer within 5 s."), (refused.Status, refused.Code, refused.Body.GetProperty("detail").GetString()));
        Assert.Equal(1, silent.Asked - before);
        answer.SetResult(null);
        Assert.Equal("ready", (await server.GetJsonAsync("/health/ready")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_same_idempotency_key_in_the_header_gives_the_first_turn_again()
    {
        await using var server = new RunningServer();
        using var first = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Idempotency-Key", "k1"));
        using var second = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Idempotency-Key", "k1"));
        using var other = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Bye"}""", ("Idempotency-Key", "k1"));
        using var torn = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi","idempotencyKey":"k2"}""", ("Idempotency-Key", "k1"));
        Assert.Equal(first.Headers.GetValues("Turnpike-Turn"), second.Headers.GetValues("Turnpike-Turn"));
        Assert.Equal([HttpStatusCode.Conflict, HttpStatusCode.BadRequest], [other.StatusCode, torn.StatusCode]);
        Assert.Single(server.Model.Requests);
    }

    private sealed class BrokenProvider : IModelProvider
    {
        public string Name => "broken";

        public IChatClient Client(string model) => throw new InvalidOperationException();

        public Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("the password is 123");
    }

    private sealed class BrokenPrompts(Exception broken, Task<Prompt?>? silent = null) : IPromptStore
    {
        private int _asked;

        /// <summary>How many asked the one that is silent.</summary>
        public int Asked => _asked;

        private Exception Broken => broken;

        public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return silent ?? throw Broken;
        }

        public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken) => throw Broken;

        public Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken) => throw Broken;

        public Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken) => throw Broken;

        public Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) => throw Broken;

        public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => throw Broken;

        public Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) => throw Broken;

        public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken) => throw Broken;

        public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => throw Broken;
    }
}
