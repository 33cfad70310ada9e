using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Each limit of a key holds by itself, and every face says it in the same way.</summary>
public sealed class EveryLimit
{
    private static readonly (string, string)[] Priced =
    [
        ("Turnpike:Models:test/model:Id", "test/model"), ("Turnpike:Models:test/model:Provider", "test"),
        ("Turnpike:Models:test/model:Price:Input", "1"), ("Turnpike:Models:test/model:Price:Output", "10"),
    ];

    /// <summary>Limits of turns that one fits in and two do not, and others that are less than a turn: what it may use is held against the rest, 256 tokens of output among it.</summary>
    private static readonly (string Name, KeyLimits Limits, string Code, int Within)[] All =
    [
        (nameof(KeyLimits.RequestsPerMinute), new() { RequestsPerMinute = 1 }, "rate_limited", 60),
        (nameof(KeyLimits.RequestsPerDay), new() { RequestsPerDay = 1 }, "budget_exceeded", 24 * 3600),
        (nameof(KeyLimits.RequestsPerMonth), new() { RequestsPerMonth = 1 }, "budget_exceeded", 31 * 24 * 3600),
        (nameof(KeyLimits.TokensPerMinute), new() { TokensPerMinute = 250 }, "rate_limited", 60),
        (nameof(KeyLimits.TokensPerDay), new() { TokensPerDay = 250 }, "budget_exceeded", 24 * 3600),
        (nameof(KeyLimits.TokensPerMonth), new() { TokensPerMonth = 250 }, "budget_exceeded", 31 * 24 * 3600),
        (nameof(KeyLimits.CostPerDay), new() { CostPerDay = 0.0025m }, "budget_exceeded", 24 * 3600),
        (nameof(KeyLimits.CostPerMonth), new() { CostPerMonth = 0.0025m }, "budget_exceeded", 31 * 24 * 3600),
        (nameof(KeyLimits.Concurrency), new() { Concurrency = 0 }, "rate_limited", 60),
    ];

    private static readonly (string Path, string Body)[] Faces =
    [
        ("/api/turns", """{"content":"x"}"""),
        ("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"x"}]}"""),
        ("/v1/chat/completions", """{"model":"test/model","stream":true,"messages":[{"role":"user","content":"x"}]}"""),
        ("/v1/responses", """{"model":"test/model","input":"x"}"""),
        ("/api/chat", """{"id":"c","messages":[{"id":"m","role":"user","parts":[{"type":"text","text":"x"}]}]}"""),
        ("/api/agui", """{"threadId":"t","runId":"r","state":{},"messages":[{"id":"m","role":"user","content":"x"}],"tools":[],"context":[],"forwardedProps":{}}"""),
    ];

    public static TheoryData<string> Names => [.. All.Select(limit => limit.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Stops_a_turn_on_every_face_before_it_starts(string name)
    {
        var (_, limits, code, within) = All.Single(limit => limit.Name == name);
        await using var server = new RunningServer(services => services.AddSingleton<TimeProvider>(new ManualClock()), Priced);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = limits })).Secret;
        var isHealed = name.StartsWith("Requests", StringComparison.Ordinal); // else it is more than all of it: waiting does not help
        if (isHealed) Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "first" })).Status);
        foreach (var (path, body) in Faces)
        {
            using var refused = await server.WithAsync(key, HttpMethod.Post, path, body);
            var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)refused.StatusCode == 429, $"{path}: {(int)refused.StatusCode} {text}");
            var ours = path.StartsWith("/v1", StringComparison.Ordinal) || path == "/api/agui" ? code == "rate_limited" ? "rate_limit_exceeded" : "insufficient_quota" : code;
            Assert.Contains(path == "/api/chat" ? "\"shop\"" : $"\"{ours}\"", text, StringComparison.Ordinal); // the chat face has words only
            if (!isHealed) Assert.False(refused.Headers.Contains("Retry-After"));
            else Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, within);
        }
        Assert.Equal(isHealed ? 1 : 0, server.Model.Requests.Count);
    }

    [Fact]
    public void Of_a_key_is_in_the_table() => Assert.Equal(typeof(KeyLimits).GetProperties().Where(property => property.CanWrite && property.PropertyType != typeof(KeyLimits)).Select(property => property.Name).Order(), All.Select(limit => limit.Name).Order());
}
