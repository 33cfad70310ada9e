using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>Keys and their budgets hold across the nodes that share a database.</summary>
public sealed class BudgetsOfTwoNodes
{
    private const int Turns = 1000;

    [Fact]
    public async Task A_thousand_turns_on_two_nodes_start_exactly_as_many_as_the_budget_allows()
    {
        var database = PostgresCluster.Current.NewDatabase();
        await using var first = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        await using var second = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        var key = (await first.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerMonth = 100 } })).Secret;
        var statuses = new int[Turns];
        await Parallel.ForEachAsync(Enumerable.Range(0, Turns), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken }, async (number, _) =>
        {
            using var response = await (number % 2 == 0 ? first : second).WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"x"}""");
            statuses[number] = (int)response.StatusCode;
        });
        Assert.Equal([(200, 100), (429, Turns - 100)], statuses.GroupBy(status => status).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())));
        Assert.Equal(100, first.Model.Requests.Count + second.Model.Requests.Count);
        Assert.True(first.Model.Requests.Count > 0 && second.Model.Requests.Count > 0);
    }

    [Fact]
    public async Task A_minute_on_two_nodes_starts_exactly_as_many_as_the_key_allows()
    {
        var database = PostgresCluster.Current.NewDatabase();
        var clock = new ManualClock(); // no minute ends meanwhile
        await using var first = new RunningServer(services => services.AddSingleton<TimeProvider>(clock), ("ConnectionStrings:Turnpike", database));
        await using var second = new RunningServer(services => services.AddSingleton<TimeProvider>(clock), ("ConnectionStrings:Turnpike", database));
        var key = (await first.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerMinute = 20 } })).Secret;
        var statuses = new int[60];
        await Parallel.ForEachAsync(Enumerable.Range(0, statuses.Length), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (number, _) =>
        {
            using var response = await (number % 2 == 0 ? first : second).WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"x"}""");
            statuses[number] = (int)response.StatusCode;
        });
        Assert.Equal([(200, 20), (429, 40)], statuses.GroupBy(status => status).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())));
        Assert.Equal(20, first.Model.Requests.Count + second.Model.Requests.Count);
    }

    [Fact]
    public async Task A_turn_that_runs_on_one_node_takes_its_keys_place_on_the_other_until_it_ends()
    {
        var database = PostgresCluster.Current.NewDatabase();
        await using var first = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        await using var second = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        var key = (await first.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { Concurrency = 1 } })).Secret;
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        first.Model.Answers((_, stop) => HeldAsync(asked, go.Task, stop));
        var running = first.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"x"}""");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(429, (await second.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x" })).Status);
        go.SetResult();
        using (var ended = await running) Assert.Equal(200, (int)ended.StatusCode);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while ((await second.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x" })).Status != 200) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "still taken"); // the place is given back right behind the answer
        Assert.Single(second.Model.Requests);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(TaskCompletionSource asked, Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        asked.SetResult();
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    [Fact]
    public async Task A_key_that_is_revoked_on_one_node_ends_on_the_other_within_two_seconds()
    {
        var database = PostgresCluster.Current.NewDatabase();
        await using var first = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        await using var second = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        var key = await first.KeyAsync("shop", Scopes.Turns);
        await first.KeyAsync("other", Scopes.Turns);
        Assert.Equal(200, (await second.AskAsync(key.Secret, HttpMethod.Get, "/api/models")).Status);
        await first.Get<KeyDesk>().RevokeAsync(key.Key.Id, TestContext.Current.CancellationToken);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while ((await second.AskAsync(key.Secret, HttpMethod.Get, "/api/models")).Status != 401) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "still valid"); // it is at most a second, but the machine may be busy
    }
}
