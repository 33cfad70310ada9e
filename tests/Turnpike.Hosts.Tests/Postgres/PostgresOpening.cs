using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Storage.Postgres;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>Opening a PostgreSQL database: what names it, and what is made in it.</summary>
public sealed class PostgresOpening : PostgresTests
{
    [Fact]
    public async Task Nodes_that_start_together_migrate_once()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();
        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.GetRequiredService<ITurnStore>(), Cancellation)));
        Assert.Equal(1L, Ask("SELECT count(*) FROM schema_versions WHERE version = 1"));
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_may_make_no_schemas_works_in_one_that_was_made_for_them()
    {
        var (role, name) = ($"limited_{Guid.NewGuid():N}", new NpgsqlConnectionStringBuilder(ConnectionString).Database);
        _ = Ask($"CREATE ROLE {role} LOGIN; CREATE SCHEMA app AUTHORIZATION {role}; REVOKE CREATE ON DATABASE {name} FROM PUBLIC");
        await using (var given = Open(new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, SearchPath = "App" }.ConnectionString))
            Assert.Null(await given.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
        Assert.Equal(1L, Ask("SELECT count(*) FROM app.schema_versions WHERE version = 1"));
        _ = Ask($"CREATE SCHEMA {role} AUTHORIZATION {role}");
        await using (var own = Open(new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, SearchPath = "\"$user\", public" }.ConnectionString))
            Assert.Null(await own.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
        Assert.Equal(1L, Ask($"SELECT count(*) FROM {role}.schema_versions WHERE version = 1"));
    }

    [Theory]
    [InlineData(9000)]
    [InlineData(49)] // a number below others that this program knows
    public async Task A_database_of_a_newer_program_is_refused(int change)
    {
        await using (var first = Open()) _ = first.GetRequiredService<ITurnStore>();
        _ = Ask($"INSERT INTO schema_versions VALUES ({change}, '{change}_future', 0)");
        await using var second = Open();
        var refused = Assert.Throws<TurnException>(() => second.GetRequiredService<ITurnStore>());
        Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
        Assert.Contains($"newer Turnpike: its schema holds the change {change}, which this program does not know", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_another_branch_numbered_lower_is_still_run()
    {
        await using (var first = Open()) _ = first.GetRequiredService<ITurnStore>();
        _ = Ask("DELETE FROM schema_versions WHERE version = 2; DROP TABLE scoped_variables, projects, tag_rules, tags, rules CASCADE");
        await using var second = Open();
        _ = second.GetRequiredService<ITurnStore>();
        Assert.Equal(0L, Ask("SELECT count(*) FROM projects"));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=nowhere;Username=u;Password=hidden-word;Timeout=2", "\"nowhere\" at 127.0.0.1 cannot be reached")]
    [InlineData("missing", "does not exist. Create it")]
    public void A_database_that_cannot_be_opened_is_named_without_its_password(string connection, string expected)
    {
        if (connection == "missing") connection = ConnectionString.Replace("Database=test", "Database=missing", StringComparison.Ordinal);
        using var provider = Open(connection);
        var refused = Assert.Throws<TurnException>(() => provider.GetRequiredService<ITurnStore>());
        Assert.Contains(expected, refused.OperatorMessage, StringComparison.Ordinal);
        Assert.Equal("The database cannot be reached just now; try again.", refused.Message);
        Assert.DoesNotContain("hidden-word", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_uri_names_the_same_database_as_words_do()
    {
        var settings = new PostgresOptions { ConnectionString = "postgresql://ada:p%40ss@db.example:6432/notes?sslmode=require" }.Settings();
        Assert.Equal(("db.example", 6432, "notes", "ada", "p@ss", Npgsql.SslMode.Require), (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password, settings.SslMode));
        settings = new PostgresOptions { ConnectionString = "postgres://db.example/notes?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&channel_binding=require&connect_timeout=7&application_name=web" }.Settings();
        Assert.Equal((Npgsql.SslMode.VerifyFull, "/etc/ca.pem", Npgsql.ChannelBinding.Require, 7, "web"), (settings.SslMode, settings.RootCertificate, settings.ChannelBinding, settings.Timeout, settings.ApplicationName));
        Assert.Equal(Npgsql.SslMode.VerifyCA, new PostgresOptions { ConnectionString = "postgres://db.example/notes?sslmode=verify-ca" }.Settings().SslMode);
        Assert.True(PostgresOptions.Fits("Host=x"));
        Assert.False(PostgresOptions.Fits("data/turnpike.db"));
    }

    [Theory]
    [InlineData("sslmode=prefer&connect_timeout=7&application_name=web")]
    [InlineData("channel_binding=prefer")]
    public async Task A_uri_with_the_words_of_such_uris_opens(string words)
    {
        var place = new NpgsqlConnectionStringBuilder(ConnectionString);
        await using var node = Open($"postgresql://{place.Username}:{Uri.EscapeDataString(place.Password ?? "")}@{place.Host}:{place.Port}/{place.Database}?{words}");
        Assert.Null(await node.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
    }
}
