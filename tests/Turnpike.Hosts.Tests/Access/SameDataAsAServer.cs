using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>The command line keeps its things where a server with the same environment keeps them, sealed with the same keys.</summary>
public sealed class SameDataAsAServer
{
    [Fact]
    public async Task The_first_key_of_a_database_is_made_on_the_command_line()
    {
        var folder = TestFolder.New();
        var (database, secrets) = (PostgresCluster.Current.NewDatabase(), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        try
        {
            var variables = new Dictionary<string, string> { ["ConnectionStrings__Turnpike"] = database, ["Turnpike__SecretsKey"] = secrets, ["TURNPIKE_DATA"] = folder };
            var made = await CommandLine.RunAsync(["keys", "create", "--name", "admin", "--scope", "admin"], variables: variables);
            Assert.Equal(0, made.Code);
            await using var server = new RunningServer(null, ("ConnectionStrings:Turnpike", database), ("Turnpike:SecretsKey", secrets));
            using var without = await server.SendAsync(HttpMethod.Get, "/api/prompts");
            Assert.Equal(401, (int)without.StatusCode);
            using var with = await server.SendAsync(HttpMethod.Get, "/api/prompts", null, ("Authorization", "Bearer " + made.Out.Trim()));
            Assert.Equal(200, (int)with.StatusCode);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Values_that_a_server_sealed_with_a_given_key_are_opened_with_it()
    {
        var folder = TestFolder.New();
        try
        {
            var secrets = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:SecretsKey", secrets)))
            {
                using var set = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", """{"city":"Oslo"}""");
                Assert.Equal(200, (int)set.StatusCode);
            }
            var shown = await CommandLine.RunAsync(["variables", "show", "global", "--json", "--data", folder], variables: new() { ["Turnpike__SecretsKey"] = secrets });
            Assert.Equal((0, "Oslo"), (shown.Code, JsonDocument.Parse(shown.Out).RootElement.GetProperty("city").GetString()));
            Assert.False(File.Exists(Path.Combine(folder, "secrets.key")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_first_key_that_may_not_make_keys_is_warned_of()
    {
        await using var server = new RunningServer();
        using var made = await server.PostAsync("/api/keys", new { name = "shop", scopes = new[] { "turns" } });
        Assert.Contains("no key may make keys", (await server.JsonAsync(made)).GetProperty("warning").GetString(), StringComparison.Ordinal);
    }
}
