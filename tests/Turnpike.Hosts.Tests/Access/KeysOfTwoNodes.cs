using System.Text.Json;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What was done with keys on one node counts on the other one from its answer on; only that a key ended may take a second.</summary>
public sealed class KeysOfTwoNodes : IAsyncDisposable
{
    private readonly RunningServer _one, _two;

    public KeysOfTwoNodes()
    {
        var database = ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewMigratedDatabase());
        (_one, _two) = (new(null, database), new(null, database));
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task The_first_key_closes_the_doors_of_all_nodes()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await _two.AskAsync(null, HttpMethod.Get, "/api/prompts")).Status);
        var made = await _one.AskAsync(null, HttpMethod.Post, "/api/keys", new { name = "admin", scopes = new[] { "admin" } });
        Assert.Equal(201, made.Status);
        Assert.Equal(401, (await _two.AskAsync(null, HttpMethod.Get, "/api/prompts")).Status);
        Assert.Equal(401, (await _two.AskAsync(null, HttpMethod.Post, "/api/keys", new { name = "mine", scopes = new[] { "admin" } })).Status);
        Assert.Equal(200, (await _two.AskAsync(made.Body.GetProperty("key").GetString(), HttpMethod.Get, "/api/prompts")).Status);
    }

    [Fact]
    public async Task A_key_is_made_used_read_listed_rotated_and_revoked_across_nodes_without_a_pause()
    {
        var admin = (await _one.AskAsync(null, HttpMethod.Post, "/api/keys", new { name = "admin", scopes = new[] { "admin" } })).Body.GetProperty("key").GetString();
        for (var round = 0; round < 10; round++)
        {
            var (here, there) = round % 2 == 0 ? (_one, _two) : (_two, _one);
            Assert.Equal(200, (await there.AskAsync(admin, HttpMethod.Get, "/api/keys")).Status);
            var made = (await here.AskAsync(admin, HttpMethod.Post, "/api/keys", new { name = $"shop {round}", scopes = new[] { "turns" } })).Body;
            var (id, secret) = (made.GetProperty("id").GetString(), made.GetProperty("key").GetString());
            Assert.Equal(200, (await there.AskAsync(secret, HttpMethod.Get, "/api/me")).Status);
            Assert.Equal(200, (await there.AskAsync(admin, HttpMethod.Get, "/api/keys/" + id)).Status);
            Assert.Contains(id, Ids((await there.AskAsync(admin, HttpMethod.Get, "/api/keys")).Body));
            var rotated = await there.AskAsync(admin, HttpMethod.Post, $"/api/keys/{id}/rotate");
            Assert.Equal(200, rotated.Status);
            Assert.Equal(200, (await here.AskAsync(rotated.Body.GetProperty("key").GetString(), HttpMethod.Get, "/api/me")).Status);
            Assert.Equal(204, (await here.AskAsync(admin, HttpMethod.Delete, "/api/keys/" + id)).Status);
            Assert.True((await there.AskAsync(admin, HttpMethod.Get, "/api/keys/" + id)).Body.TryGetProperty("revokedAt", out _));
        }
    }

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(key => key.GetProperty("id").GetString());
}
