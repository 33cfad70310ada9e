using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
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
