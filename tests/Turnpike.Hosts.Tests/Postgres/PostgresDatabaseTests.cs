using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>Sharing and losing a PostgreSQL database.</summary>
public sealed class PostgresDatabaseTests : PostgresTests
{
    [Fact]
    public async Task What_a_prompt_says_goes_with_the_last_thing_that_names_it()
    {
        await using var provider = Open();
        await ForgottenPrompts.CheckAsync(provider, () => (long)Ask("SELECT count(*) FROM prompt_contents")!);
    }

    [Fact]
    public async Task Installations_in_schemas_of_one_database_share_no_organization()
    {
        await using (var old = Open()) // as older programs made it, for whoever came
        {
            using var acme = OrganizationScope.Enter("acme");
            await old.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_public"), Cancellation);
        }
        _ = Ask("COMMENT ON SCHEMA org_acme IS NULL");
        foreach (var name in (string[])["staging", "prod", "staging"])
        {
            await using var provider = Open(new NpgsqlConnectionStringBuilder(ConnectionString) { SearchPath = name }.ConnectionString);
            using var acme = OrganizationScope.Enter("acme");
            var turns = provider.GetRequiredService<ITurnStore>();
            if (await turns.FindAsync("turn_" + name, Cancellation) is null) await turns.BeginAsync(Beginning("turn_" + name), Cancellation);
            foreach (var other in (string[])["public", "staging", "prod"]) Assert.Equal(other == name, await turns.FindAsync("turn_" + other, Cancellation) is not null);
        }
        Assert.Equal(1L, Ask("SELECT count(*) FROM staging_org_acme.turns"));
        Assert.Equal(1L, Ask("SELECT count(*) FROM org_acme.turns"));
        await using (var again = Open())
        {
            using var acme = OrganizationScope.Enter("acme");
            Assert.NotNull(await again.GetRequiredService<ITurnStore>().FindAsync("turn_public", Cancellation));
        }
        Assert.Equal("Turnpike: an organization of the schema public", Ask("SELECT obj_description('org_acme'::regnamespace, 'pg_namespace')"));
    }

    [Fact]
    public async Task What_an_older_program_shared_belongs_to_the_first_that_knew_it()
    {
        string[] names = ["staging", "prod"];
        foreach (var name in names)
        {
            await using var provider = Open(new NpgsqlConnectionStringBuilder(ConnectionString) { SearchPath = name }.ConnectionString);
            _ = provider.GetRequiredService<ITurnStore>();
            _ = Ask($"INSERT INTO {name}.organizations (id) VALUES ('acme')");
        }
        await using (var older = Open(new NpgsqlConnectionStringBuilder(ConnectionString) { SearchPath = "org_acme" }.ConnectionString)) await older.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
        foreach (var name in (string[])[.. names, .. names])
        {
            await using var provider = Open(new NpgsqlConnectionStringBuilder(ConnectionString) { SearchPath = name }.ConnectionString);
            using var acme = OrganizationScope.Enter("acme");
            Assert.Equal(name == "staging", await provider.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation) is not null);
        }
    }

    [Fact]
    public async Task Bytes_arrive_where_nobody_else_looks_and_in_a_new_folder_when_that_is_gone()
    {
        await using var provider = Open();
        var contents = provider.GetRequiredService<IContentStore>();
        var before = Folders();
        for (var round = 0; round < 2; round++)
        {
            await contents.KeepAsync(new MemoryStream([(byte)round, 2, 3]), 10, Cancellation);
            var folder = Assert.Single(Folders().Except(before));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
            Assert.Empty(Directory.GetFiles(folder));
            Directory.Delete(folder);
        }

        static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "turnpike-arriving-*");
    }

    [Fact]
    public async Task Text_that_PostgreSQL_does_not_take_is_kept_without_what_it_does_not_take()
    {
        await using var node = Open();
        var conversations = node.GetRequiredService<IConversationStore>();
        await conversations.AddAsync(new() { Id = "conv_1", Title = "a\0b\ud800c😀", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
        Assert.EndsWith("😀", (await conversations.FindAsync("conv_1", Cancellation))!.Title, StringComparison.Ordinal);
        Assert.Single((await conversations.ListAsync(new() { Query = "b" }, Cancellation)).Data);
    }

    [Fact]
    public async Task A_thousand_logs_are_written_through_one_connection()
    {
        await using var node = Open(connections: 4);
        var (turns, log) = (node.GetRequiredService<ITurnStore>(), node.GetRequiredService<ITurnLog>());
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => turns.BeginAsync(Beginning($"turn_{i}"), Cancellation)));
        for (var n = 2; n <= 21; n++)
        {
            for (var i = 0; i < 1000; i++) log.Append(Placed(new TextDelta { Text = $"{n} " }, $"turn_{i}", n));
        }
        Assert.True((await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => EndAsync(turns, $"turn_{i}", 22)))).All(ended => ended));
        Assert.Equal(22, (await log.ReadAsync("turn_999", 0, 100, Cancellation)).Count);
        Assert.True((long)Ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'turnpike'")! <= 4);
        Assert.Equal(0L, Ask("SELECT count(*) FROM running"));
    }

    [Fact]
    public async Task Organizations_share_the_connections_of_a_node_and_nothing_else()
    {
        const int Organizations = 10, Rounds = 6;
        await using var node = Open(connections: 4);
        var (turns, log) = (node.GetRequiredService<ITurnStore>(), node.GetRequiredService<ITurnLog>());
        await Task.WhenAll(Enumerable.Range(0, Organizations).Select(async one =>
        {
            using var _ = OrganizationScope.Enter(one == 0 ? OrganizationScope.Default : $"shop_{one}");
            for (var round = 0; round < Rounds; round++)
            {
                var turn = $"turn_{round}"; // the same ids everywhere
                var beginning = Beginning(turn);
                Assert.Null(await turns.BeginAsync(beginning with { Turn = beginning.Turn with { Content = $"{one}/{round}" } }, Cancellation));
                for (var n = 2; n <= 5; n++) log.Append(Placed(new TextDelta { Text = $"{one} " }, turn, n));
                Assert.True(await EndAsync(turns, turn, 6));
                Assert.Equal($"{one} {one} {one} {one} ", string.Concat((await log.ReadAsync(turn, 0, 100, Cancellation)).OfType<TextDelta>().Select(delta => delta.Text)));
            }
            Assert.Null(await turns.FindAsync($"turn_{Rounds}", Cancellation));
        }));
        Assert.True((long)Ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'turnpike'")! <= 4);
        Assert.Equal((long)Rounds, Ask("SELECT count(*) FROM turns"));
        Assert.Equal((long)Rounds, Ask("SELECT count(*) FROM org_shop_9.turns"));
    }

    [Fact]
    public async Task Two_nodes_that_change_one_conversation_undo_nothing_of_each_other()
    {
        await using var one = Open();
        await using var two = Open();
        await one.GetRequiredService<IConversationStore>().AddAsync(new() { Id = "conv_1", Title = "", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).GetRequiredService<IConversationStore>().UpdateAsync("conv_1", now => now with { Title = now.Title + "x" }, Cancellation)));
        Assert.Equal(20, (await two.GetRequiredService<IConversationStore>().FindAsync("conv_1", Cancellation))!.Title!.Length);
    }

    [Fact]
    public async Task Of_two_nodes_that_begin_a_turn_on_one_branch_one_is_refused()
    {
        await using var one = Open();
        await using var two = Open();
        await one.GetRequiredService<IConversationStore>().AddAsync(new() { Id = "conv_1", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                var beginning = Beginning($"turn_{i}") with { IsNewConversation = false, OnHead = true };
                await (i % 2 == 0 ? one : two).GetRequiredService<ITurnStore>().BeginAsync(beginning with { Turn = beginning.Turn with { Conversation = "conv_1" }, Conversation = beginning.Conversation with { Id = "conv_1" } }, Cancellation);
                return null;
            }
            catch (TurnException refused)
            {
                return (TurnErrorCode?)refused.Code;
            }
        }));
        Assert.Single(codes, code => code is null);
        Assert.Equal(7, codes.Count(code => code == TurnErrorCode.ConversationBusy));
    }

    [Fact]
    public async Task A_change_is_heard_on_every_node()
    {
        await using var one = Open();
        await using var two = Open();
        _ = one.GetRequiredService<ITurnStore>();
        var (heard, heardToo, ready) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        using var listening = two.GetRequiredService<IStoreChanges>().Listen(change =>
        {
            if (change.Topic == StoreChange.Everything) ready.TrySetResult();
            if (change == new StoreChange(StoreChange.Prompt, "dir/Grüße")) heard.TrySetResult();
            if (change == new StoreChange(StoreChange.Settings, "")) heardToo.TrySetResult();
        });
        if (!two.GetRequiredService<IStoreChanges>().HearsOthers) await ready.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        await one.GetRequiredService<Turnpike.Prompts.IPromptStore>().SaveAsync(new() { Key = "dir/Grüße", Body = "Hi" }, null, Cancellation);
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        await one.GetRequiredService<Turnpike.Turns.Settings.ISettingsStore>().SaveRuleAsync(new() { Name = "Short", Content = "Be short." }, Cancellation);
        await heardToo.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public void News_of_many_turns_fit_into_messages_and_come_out_again()
    {
        var changes = Enumerable.Range(0, 2000).Select(i => new StoreChange(StoreChange.Turn, $"turn_{i:0000000000000000000000}")).ToArray();
        var messages = PostgresNews.Messages(changes);
        Assert.All(messages, message => Assert.True(message.Length < 8000));
        Assert.Equal(changes, messages.SelectMany(PostgresNews.Read));
    }

    [Fact]
    public async Task A_prompt_that_is_forgotten_while_it_is_named_again_is_kept_again()
    {
        await using var node = Open();
        var conversations = node.GetRequiredService<IConversationStore>();
        Conversation With(string id) => new() { Id = id, Prompt = new() { Key = "", Body = "Be terse." }, CreatedAt = Noon, UpdatedAt = Noon };
        await conversations.AddAsync(With("conv_1"), Cancellation);
        await using var other = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancellation);
        async Task<Task> WaitsAsync(Task meanwhile)
        {
            while (!Equals(1L, Ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))) await Task.Yield();
            await RunAsync(other, "COMMIT");
            return meanwhile;
        }

        await RunAsync(other, "BEGIN; DELETE FROM conversations; DELETE FROM prompt_contents");
        await await WaitsAsync(conversations.AddAsync(With("conv_2"), Cancellation));
        Assert.Equal("Be terse.", (await conversations.FindAsync("conv_2", Cancellation))!.Prompt!.Body);

        await RunAsync(other, "BEGIN; INSERT INTO conversations (id, updated_at, search, json, prompt_hash, prompt_key) SELECT 'conv_3', updated_at, '', replace(json, 'conv_2', 'conv_3'), prompt_hash, prompt_key FROM conversations");
        await await WaitsAsync(conversations.DeleteAsync("conv_2", Cancellation));
        Assert.Equal("Be terse.", (await conversations.FindAsync("conv_3", Cancellation))!.Prompt!.Body);
    }

    [Fact]
    public async Task A_node_that_starts_waits_for_one_that_migrates_however_short_its_commands_may_take()
    {
        await using var other = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancellation);
        await RunAsync(other, "BEGIN; SELECT pg_advisory_xact_lock(x'7475726e70696b65'::bigint)");
        await using var node = Open(ConnectionString + ";Command Timeout=1");
        var starting = Task.Run(() => node.GetRequiredService<ITurnStore>(), Cancellation);
        await RunAsync(other, "SELECT pg_sleep(1.5)");
        Assert.False(starting.IsCompleted);
        await RunAsync(other, "COMMIT");
        Assert.Null(await (await starting).FindAsync("turn_1", Cancellation));
    }

    [Fact]
    public async Task A_node_that_is_not_let_in_for_a_while_says_so_and_hears_the_others_again()
    {
        await using var one = Open();
        var told = new ToldOnce();
        await using var two = new ServiceCollection().AddTurnpikePostgres(new PostgresOptions { ConnectionString = ConnectionString, Connections = 6 }).AddSingleton<ILogger<PostgresDatabase>>(told).BuildServiceProvider();
        _ = (one.GetRequiredService<ITurnStore>(), two.GetRequiredService<ITurnStore>());
        var (changes, name) = (two.GetRequiredService<IStoreChanges>(), (string)Ask("SELECT current_database()::text")!);
        while (!changes.HearsOthers) await Task.Yield();
        var (back, heard) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var listening = changes.Listen(change =>
        {
            if (change.Topic == StoreChange.Everything) back.TrySetResult();
            if (change == new StoreChange(StoreChange.Turn, "turn_1")) heard.TrySetResult();
        });
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false }.ToString());
        await admin.OpenAsync(Cancellation);
        await RunAsync(admin, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await RunAsync(admin, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        Assert.Contains("not currently accepting connections", await told.Said.WaitAsync(TimeSpan.FromSeconds(20), Cancellation), StringComparison.Ordinal);
        Assert.False(changes.HearsOthers);

        await RunAsync(admin, $"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        await back.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        await one.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
        await one.GetRequiredService<ITurnLog>().AppendAsync(Placed(new TextDelta { Text = "a" }, "turn_1", 2), Cancellation);
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Hears the first warning.</summary>
    private sealed class ToldOnce : ILogger<PostgresDatabase>
    {
        private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Said => _said.Task;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning) _said.TrySetResult(formatter(state, exception));
        }
    }
}
