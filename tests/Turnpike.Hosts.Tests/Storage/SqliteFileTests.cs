using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Storage.Sql;
using Turnpike.Storage.Sqlite;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Opening, closing and what is in the file.</summary>
public sealed class SqliteFileTests : SqliteTests
{
    [Theory]
    [InlineData("Data Source=turnpike.db", "not by a connection string")]
    [InlineData("datasource = turnpike.db;Password=x", "not by a connection string")]
    [InlineData(":memory:", "Without AddTurnpikeSqlite everything is kept in memory")]
    [InlineData(" ", "Name a file")]
    public void What_is_no_path_is_refused_at_once_with_the_right_form(string path, string said)
    {
        var error = Assert.Throws<ArgumentException>(nameof(path), () => new ServiceCollection().AddTurnpikeSqlite(path));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_prompt_says_goes_with_the_last_thing_that_names_it()
    {
        await using var provider = Open();
        await ForgottenPrompts.CheckAsync(provider, () => Ask("SELECT count(*) FROM prompt_contents"));
    }

    [Fact]
    public async Task Bytes_that_were_arriving_when_a_program_was_killed_go_when_nobody_writes_them_any_more()
    {
        await using var program = Open();
        var contents = program.GetRequiredService<IContentStore>();
        await contents.KeepAsync(new MemoryStream([1]), 10, Cancellation);
        var arriving = Path.Combine(Path.GetDirectoryName(FilePath)!, "contents", "arriving");
        foreach (var name in (string[])["left", "fresh"]) await File.WriteAllTextAsync(Path.Combine(arriving, name), "some", Cancellation);
        File.SetLastWriteTimeUtc(Path.Combine(arriving, "left"), Noon.UtcDateTime);

        await contents.CleanAsync(Noon.AddHours(1), Cancellation);

        Assert.Equal(["fresh"], Directory.GetFiles(arriving).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Bytes_that_a_loss_of_power_cut_off_count_as_gone_until_they_are_brought_again()
    {
        await using var program = Open();
        var contents = program.GetRequiredService<IContentStore>();
        var kept = await contents.KeepAsync(new MemoryStream([1, 2, 3]), 10, Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(Path.GetDirectoryName(FilePath)!, "contents", kept.Hash[..2], kept.Hash), [], Cancellation);
        Assert.Null(await contents.OpenAsync(kept.Hash, Cancellation));

        await contents.KeepAsync(new MemoryStream([1, 2, 3]), 10, Cancellation);

        await using var whole = await contents.OpenAsync(kept.Hash, Cancellation);
        Assert.Equal(3, whole!.Length);
    }

    [Fact]
    public void A_long_text_is_kept_by_its_row_and_by_no_statement()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:");
        connection.Open();
        using (var make = new SqliteStatement(connection, "CREATE TABLE t (a TEXT, b INTEGER)")) make.Run();
        using var insert = new SqliteStatement(connection, "INSERT INTO t VALUES (@a, @b)");
        foreach (var length in (int[])[100, 1_000_000])
        {
            insert.Bind(1, new string('x', length));
            insert.Bind(2, 5);
            insert.Run();
        }
        insert.Run(); // the long one is bound no more
        using var ask = connection.CreateCommand();
        ask.CommandText = "SELECT group_concat(coalesce(length(a), -1) || ':' || coalesce(b, -1), ' ') FROM t";
        Assert.Equal("100:5 1000000:5 -1:-1", ask.ExecuteScalar());
    }

    [Fact]
    public async Task Bytes_that_are_not_there_do_not_keep_others_from_being_removed()
    {
        await using var program = Open();
        var contents = program.GetRequiredService<IContentStore>();
        var folder = Path.Combine(Path.GetDirectoryName(FilePath)!, "contents");
        var kept = new List<string>();
        for (byte one = 1; one <= 2; one++) kept.Add((await contents.KeepAsync(new MemoryStream([one]), 10, Cancellation)).Hash);
        Directory.Delete(Path.Combine(folder, kept[0][..2]), recursive: true);

        Assert.Equal(2, await contents.CleanAsync(DateTimeOffset.MaxValue, Cancellation));

        Assert.False(File.Exists(Path.Combine(folder, kept[1][..2], kept[1])));
    }

    [Fact]
    public async Task Databases_in_one_folder_share_neither_bytes_nor_organizations()
    {
        var other = Path.Combine(Path.GetDirectoryName(FilePath)!, "other.db");
        var kept = "";
        for (var round = 0; round < 2; round++)
        {
            foreach (var path in (string[])[FilePath, other])
            {
                await using var program = Open(path);
                using var acme = OrganizationScope.Enter("acme");
                var turns = program.GetRequiredService<ITurnStore>();
                if (round == 0) await turns.BeginAsync(Beginning("turn_" + Path.GetFileName(path)), Cancellation);
                foreach (var owner in (string[])[FilePath, other]) Assert.Equal(owner == path, await turns.FindAsync("turn_" + Path.GetFileName(owner), Cancellation) is not null);
                if (round == 0) kept = (await program.GetRequiredService<IContentStore>().KeepAsync(new MemoryStream([1, 2, 3]), 10, Cancellation)).Hash;
            }
        }
        await using (var first = Open())
        {
            using var acme = OrganizationScope.Enter("acme");
            Assert.Equal(1, await first.GetRequiredService<IContentStore>().CleanAsync(DateTimeOffset.MaxValue, Cancellation));
        }
        await using var second = Open(other);
        using var scope = OrganizationScope.Enter("acme");
        await using var whole = await second.GetRequiredService<IContentStore>().OpenAsync(kept, Cancellation);
        Assert.Equal(3, whole!.Length);
    }

    [Fact]
    public async Task What_older_programs_left_is_found_by_whom_it_belongs_to_whoever_comes_first_and_under_another_name()
    {
        var data = Path.GetDirectoryName(FilePath)!;
        var kept = await LeaveAsync();
        foreach (var mark in Directory.GetFiles(data, "*.owner", SearchOption.AllDirectories)) File.Delete(mark); // as it was before
        await using (var stranger = Open(Path.Combine(data, "stranger.db")))
        {
            _ = stranger.GetRequiredService<IContentStore>();
            using var acme = OrganizationScope.Enter("acme");
            Assert.Null(await stranger.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
        }
        await SeesAsync(FilePath);
        foreach (var suffix in (string[])["", "-wal", "-shm"])
            if (File.Exists(FilePath + suffix)) File.Move(FilePath + suffix, Path.Combine(data, "renamed.db" + suffix));
        await SeesAsync(Path.Combine(data, "renamed.db"));

        async Task<string> LeaveAsync()
        {
            await using var program = Open();
            using (OrganizationScope.Enter("acme")) await program.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
            return (await program.GetRequiredService<IContentStore>().KeepAsync(new MemoryStream([1, 2, 3]), 10, Cancellation)).Hash;
        }

        async Task SeesAsync(string path)
        {
            await using var program = Open(path);
            await using (var whole = await program.GetRequiredService<IContentStore>().OpenAsync(kept, Cancellation)) Assert.Equal(3, whole!.Length);
            using var acme = OrganizationScope.Enter("acme");
            Assert.NotNull(await program.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
        }
    }

    [Fact]
    public async Task The_database_of_an_organization_that_cannot_be_noted_is_closed_again()
    {
        var opened = new List<SqliteDatabase>();
        await using var home = SqliteDatabase.Open(new SqliteOptions { Path = FilePath }, TimeProvider.System);
        await home.WriteAsync(session => session.ExecuteAsync("DROP TABLE organizations"), Cancellation);
        await using var databases = new OrganizationDatabases(home, place =>
        {
            opened.Add(SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(Folder, place + ".db") }, TimeProvider.System));
            return opened[^1];
        });
        using var scope = OrganizationScope.Enter("acme");
        for (var i = 0; i < 3; i++) await Assert.ThrowsAnyAsync<Exception>(() => databases.ReadAsync(_ => Task.FromResult(true), Cancellation));

        Assert.Equal(3, opened.Count);
        foreach (var one in opened) Assert.Equal(TurnErrorCode.ShuttingDown, (await Assert.ThrowsAsync<TurnException>(() => one.WriteAsync(_ => Task.FromResult(true), Cancellation))).Code);
    }

    [Fact]
    public async Task Everything_is_there_after_closing_and_opening_again_text_that_nobody_waited_for_included()
    {
        await using (var first = Open())
        {
            await first.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
            for (var i = 2; i <= 1000; i++) first.GetRequiredService<ITurnLog>().Append(Placed(new TextDelta { Text = "word " }, "turn_1", i));
        }
        await using var second = Open();
        Assert.Equal(1000, (await second.GetRequiredService<ITurnLog>().ReadAsync("turn_1", 0, 5000, Cancellation)).Count);
        Assert.NotNull(await second.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
    }

    [Fact]
    public async Task A_program_that_dies_loses_nothing_that_was_waited_for()
    {
        await using var dying = Open();
        var (turns, log) = (dying.GetRequiredService<ITurnStore>(), dying.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        for (var i = 2; i <= 100; i++) log.Append(Placed(new TextDelta { Text = $"{i} " }, "turn_1", i));
        await log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_1", 101), Cancellation);

        var copy = Path.Combine(Folder, "copy.db"); // what the disk holds at this moment, the writer still running
        foreach (var suffix in (string[])["", "-wal"]) File.Copy(FilePath + suffix, copy + suffix);

        await using var next = Open(copy);
        Assert.Equal(101, (await next.GetRequiredService<ITurnLog>().ReadAsync("turn_1", 0, 1000, Cancellation)).Count);
        Assert.Equal(["turn_1"], await next.GetRequiredService<ITurnStore>().SweepAsync(Noon.AddMinutes(1), Noon.AddMinutes(1), Cancellation));
        Assert.Equal(string.Concat(Enumerable.Range(2, 99).Select(i => $"{i} ")), (await ReadTextAsync(next)));

        static async Task<string> ReadTextAsync(ServiceProvider provider) =>
            string.Concat((await provider.GetRequiredService<ITurnLog>().ReadAsync("turn_1", 0, 1000, Cancellation)).OfType<TextDelta>().Select(delta => delta.Text));
    }

    [Fact]
    public async Task Of_a_log_whose_last_write_the_disk_tore_all_before_it_is_there_and_it_goes_on()
    {
        await using var dying = Open();
        var (turns, log) = (dying.GetRequiredService<ITurnStore>(), dying.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await log.AppendAsync(Placed(new ToolApproval { CallId = "kept" }, "turn_1", 2), Cancellation);
        await log.AppendAsync(Placed(new ToolApproval { CallId = "torn" }, "turn_1", 3), Cancellation);

        var copy = Path.Combine(Folder, "copy.db");
        foreach (var suffix in (string[])["", "-wal"]) File.Copy(FilePath + suffix, copy + suffix);
        using (var wal = new FileStream(copy + "-wal", FileMode.Open))
        {
            wal.Position = wal.Length - 100; // in the page of the last frame, whose checksum then is wrong
            wal.Write(new byte[100].Select(_ => (byte)0xA5).ToArray());
        }

        await using var next = Open(copy);
        var (found, again) = (next.GetRequiredService<ITurnStore>(), next.GetRequiredService<ITurnLog>());
        Assert.Equal([1, 2], (await again.ReadAsync("turn_1", 0, 10, Cancellation)).Select(happened => happened.Sequence));
        await again.AppendAsync(Placed(new ToolApproval { CallId = "next" }, "turn_1", 3), Cancellation);
        Assert.True(await EndAsync(found, "turn_1", 4));
        Assert.Equal(4, (await again.ReadAsync("turn_1", 0, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task A_database_of_before_learns_which_names_are_secret_and_whose_the_ids_of_clients_are()
    {
        await using (var first = Open())
        {
            var prompts = first.GetRequiredService<IPromptStore>();
            await prompts.SaveAsync(new() { Key = "a", Body = "One", Variables = [new() { Name = "apiToken", Secret = true }, new() { Name = "city" }] }, null, Cancellation);
            await prompts.SaveAsync(new() { Key = "a", Body = "Two" }, null, Cancellation);
            await prompts.ArchiveAsync("a", true, Cancellation);
            await first.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1") with { AccessKey = "key_1", ExternalIds = [new("", ExternalKinds.Conversation, "mine", Beginning("turn_1").Turn.Conversation), new("", ExternalKinds.Run, "run", "turn_1")] }, Cancellation);
        }
        Run("DROP TABLE secret_names; DELETE FROM schema_versions WHERE version = 107");

        await using var second = Open();
        Assert.Equal("apiToken", Assert.Single(await second.GetRequiredService<IPromptStore>().SecretNamesAsync(Cancellation)));
        var turns = second.GetRequiredService<ITurnStore>();
        Assert.Equal((Beginning("turn_1").Turn.Conversation, "turn_1"), (await turns.FindExternalAsync("key_1", ExternalKinds.Conversation, "mine", Cancellation), await turns.FindExternalAsync("key_1", ExternalKinds.Run, "run", Cancellation)));
        Assert.Null(await turns.FindExternalAsync("", ExternalKinds.Conversation, "mine", Cancellation));
    }

    [Theory]
    [InlineData(9000)]
    [InlineData(49)] // a number below others that this program knows
    public async Task A_database_of_a_newer_program_is_refused_and_left_as_it_is(int change)
    {
        await using (var first = Open()) _ = first.GetRequiredService<SqliteDatabase>();
        Run($"INSERT INTO schema_versions VALUES ({change}, '{change}_future', 0); DELETE FROM schema_versions WHERE version = 100");

        await using var second = Open();
        var refused = Assert.Throws<TurnException>(() => second.GetRequiredService<ITurnStore>());
        Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
        Assert.Contains($"newer Turnpike: its schema holds the change {change}, which this program does not know", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0L, Ask("SELECT count(*) FROM schema_versions WHERE version = 100"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, new string('x', 5000));
        Assert.Contains($"\"{FilePath}\" is not a database", Refused(FilePath).OperatorMessage, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(FilePath));
    }

    [Fact]
    public void AFolder_in_place_of_the_file_is_refused_by_name() => Assert.Contains("cannot be opened", Refused(Folder).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_in_place_of_theFolder_is_refused_by_name()
    {
        File.WriteAllText(Path.Combine(Folder, "file"), "");
        Assert.Contains("cannot be opened", Refused(Path.Combine(Folder, "file", "turnpike.db")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_database_says_so()
    {
        var provider = Open();
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await provider.DisposeAsync();

        log.Append(Placed(new TextDelta { Text = "x" }, "turn_1", 2));
        Assert.Equal(TurnErrorCode.ShuttingDown, (await Assert.ThrowsAsync<TurnException>(() => turns.BeginAsync(Beginning("turn_1"), Cancellation))).Code);
        Assert.Equal(TurnErrorCode.ShuttingDown, (await Assert.ThrowsAsync<TurnException>(() => turns.FindAsync("turn_1", Cancellation))).Code);
    }

    [Fact]
    public async Task Costs_can_be_summed_exactly_in_the_database()
    {
        await using (var provider = Open())
        {
            var turns = provider.GetRequiredService<ITurnStore>();
            await turns.BeginAsync(Beginning("turn_1"), Cancellation);
            var attempts = Enumerable.Range(1, 10).Select(i => new TurnAttempt { Step = i, Attempt = 1, Model = "m", Status = TurnStatus.Completed, Cost = new(0.000000000001m, "USD"), Usage = new() { InputTokens = i } }).ToList();
            await turns.EndAsync(Beginning("turn_1").Turn with { Status = TurnStatus.Completed, Attempts = attempts }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation);
        }
        Assert.Equal((10L, 55L), (Ask("SELECT sum(cost) FROM attempts"), Ask("SELECT sum(input_tokens) FROM attempts")));
    }

    private TurnException Refused(string path)
    {
        using var provider = new ServiceCollection().AddTurnpikeSqlite(path).BuildServiceProvider();
        var refused = Assert.Throws<TurnException>(() => provider.GetRequiredService<ITurnStore>());
        Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
        return refused;
    }
}
