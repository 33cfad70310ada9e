using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What lists are searched by is read alike by all databases, or refused.</summary>
public sealed class SearchingLists
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Characters_that_databases_read_differently_are_refused_and_named(bool postgres)
    {
        await using var server = Server(postgres);
        using (var made = await server.PostAsync("/api/rules", new { name = "a house rule", content = "Be brief." })) Assert.Equal(201, (int)made.StatusCode);
        foreach (var list in (string[])["rules?query", "tags?query", "projects?query", "prompts?query", "prompts?tag", "conversations?query"])
        {
            foreach (var (sent, named) in ((string, string)[])[("%00", "U+0000"), ("a%00zzz", "U+0000"), ("%EF%BF%BF", "U+FFFF"), ("%1B", "U+001B")])
            {
                var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, $"/api/{list}={sent}"));
                Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
                Assert.Contains(named, refused.Detail, StringComparison.Ordinal);
                Assert.Equal(list.Split('?')[1], refused.Body.GetProperty("field").GetString());
            }
        }
        Assert.Equal(1, (await server.GetJsonAsync("/api/rules?query=rule%0Ahouse")).GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_search_without_a_word_finds_nothing_among_what_is_kept_and_what_ships_with_the_product(bool postgres)
    {
        await using var server = Server(postgres);
        await server.TurnAsync(new { content = "Hi" });
        Assert.NotEqual(0, await CountAsync("prompts?query=%20"));
        Assert.Equal(1, await CountAsync("conversations?query=%20"));
        foreach (var list in (string[])["prompts", "conversations"])
        {
            foreach (var sought in (string[])["%F0%9F%98%80", "!%3F", "%E2%91%A1"]) Assert.Equal(0, await CountAsync($"{list}?query={sought}"));
        }

        async Task<int> CountAsync(string list) => (await server.GetJsonAsync("/api/" + list)).GetProperty("data").GetArrayLength();
    }

    [Fact]
    public async Task Conversations_in_memory_are_searched_alike()
    {
        await using var stores = StoreSet.InMemory();
        await stores.Conversations.AddAsync(new() { Id = "conv_1", Title = "Paris", CreatedAt = stores.Clock.GetUtcNow(), UpdatedAt = stores.Clock.GetUtcNow() }, TestContext.Current.CancellationToken);
        foreach (var (query, found) in ((string, int)[])[("paris", 1), (" ", 1), ("😀", 0), ("!?", 0), ("②", 0)])
            Assert.Equal(found, (await stores.Conversations.ListAsync(new ConversationQuery { Query = query }, TestContext.Current.CancellationToken)).Data.Count);
    }

    private static RunningServer Server(bool postgres) => postgres ? new(null, ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewMigratedDatabase())) : new();
}
