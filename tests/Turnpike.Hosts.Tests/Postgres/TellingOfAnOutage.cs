using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>Whoever asks while the database is away is told to try again, and nothing of where it is: that is for the log.</summary>
public sealed class TellingOfAnOutage : IDisposable
{
    private readonly PostgresCluster _cluster = PostgresCluster.Own();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task No_answer_names_the_database_and_the_log_does_under_the_id_of_the_request()
    {
        var database = new NpgsqlConnectionStringBuilder(_cluster.NewMigratedDatabase());
        var log = new Lines();
        await using var server = new RunningServer(services => services.AddSingleton<ILoggerProvider>(log), ("ConnectionStrings:Turnpike", database.ConnectionString), ("Logging:LogLevel:Default", "Information"));
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        Assert.Equal(200, (await server.AskAsync(admin, HttpMethod.Get, "/api/me")).Status);
        _cluster.Stop();
        while ((await server.AskAsync(null, HttpMethod.Get, "/api/me")).Status == 401) { } // for a second it knows that there are keys
        (string? Secret, HttpMethod Method, string Path, string? Body)[] doors =
        [
            (null, HttpMethod.Get, "/api/me", null),
            ("tp_unknown", HttpMethod.Get, "/api/me", null),
            (null, HttpMethod.Get, "/health/ready", null),
            (admin, HttpMethod.Get, "/api/prompts", null),
            (admin, HttpMethod.Post, "/api/turns", """{"content":"Hi"}"""),
            (admin, HttpMethod.Post, "/api/rules", """{"name":"r","content":"c"}"""),
            (admin, HttpMethod.Post, "/api/chat", """{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"text","text":"x"}]}]}"""),
            (admin, HttpMethod.Post, "/v1/responses", """{"input":"x"}"""),
            (admin, HttpMethod.Post, "/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"x"}]}"""),
            (admin, HttpMethod.Post, "/mcp", """{"jsonrpc":"2.0","id":1,"method":"prompts/list"}"""),
        ];
        await Task.WhenAll(doors.Select(async asked =>
        {
            using var response = await server.WithAsync(asked.Secret, asked.Method, asked.Path, asked.Body, [("Accept", "application/json, text/event-stream")]);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            foreach (var inside in (string[])[database.Host!, $"{database.Port}", database.Database!, "ConnectionStrings", "Npgsql"]) Assert.False(body.Contains(inside, StringComparison.Ordinal), $"{asked.Path}: {body}");
            if (asked.Path is "/mcp") return;
            Assert.Equal(503, (int)response.StatusCode);
            if (asked.Path is "/health/ready") return; // which may have waited long enough
            Assert.Contains("The database cannot be reached just now; try again.", body, StringComparison.Ordinal);
            Assert.Contains(log.All, line => line.Contains(response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal) && line.Contains($"The database \"{database.Database}\" at {database.Host} cannot be reached", StringComparison.Ordinal));
        }));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
