using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage;
using Turnpike.Storage.Sqlite;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What only a database in a file can get wrong.</summary>
public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder, "data", "turnpike.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ServiceProvider Open(string? path = null, TimeSpan? busy = null, long mostBehind = 64 * 1024 * 1024) =>
        new ServiceCollection().AddTurnpikeSqlite(new SqliteOptions { Path = path ?? FilePath, BusyTimeout = busy ?? TimeSpan.FromSeconds(10), MostBehind = mostBehind }).BuildServiceProvider();

    private static TurnBeginning Beginning(string turn) => new()
    {
        Turn = new() { Id = turn, Conversation = $"conv_{turn}", Status = TurnStatus.Running, Model = "builtin/echo", CreatedAt = Noon },
        Conversation = new() { Id = $"conv_{turn}", Head = turn, CreatedAt = Noon, UpdatedAt = Noon },
        IsNewConversation = true,
        Request = "{}"u8.ToArray(),
        Trace = [],
        Started = Placed(new TurnStarted { Model = "builtin/echo" }, turn, 1),
        Node = "node_1",
        LeaseUntil = Noon.AddSeconds(15),
    };

    private static TurnEvent Placed(TurnEvent happened, string turn, long sequence)
    {
        happened.Place(turn, $"conv_{turn}", sequence, Noon);
        return happened;
    }

    private static Task<bool> EndAsync(ITurnStore turns, string turn, long sequence) =>
        turns.EndAsync(Beginning(turn).Turn with { Status = TurnStatus.Completed, EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, turn, sequence), Cancellation);

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

        var copy = Path.Combine(_folder, "copy.db"); // what the disk holds at this moment, the writer still running
        foreach (var suffix in (string[])["", "-wal"]) File.Copy(FilePath + suffix, copy + suffix);

        await using var next = Open(copy);
        Assert.Equal(101, (await next.GetRequiredService<ITurnLog>().ReadAsync("turn_1", 0, 1000, Cancellation)).Count);
        Assert.Equal(["turn_1"], await next.GetRequiredService<ITurnStore>().SweepAsync(Noon.AddMinutes(1), Noon.AddMinutes(1), Cancellation));
        Assert.Equal(string.Concat(Enumerable.Range(2, 99).Select(i => $"{i} ")), (await ReadTextAsync(next)));

        static async Task<string> ReadTextAsync(ServiceProvider provider) =>
            string.Concat((await provider.GetRequiredService<ITurnLog>().ReadAsync("turn_1", 0, 1000, Cancellation)).OfType<TextDelta>().Select(delta => delta.Text));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        await using (var first = Open()) _ = first.GetRequiredService<SqliteDatabase>();
        Run("INSERT INTO schema_versions VALUES (9000, '9000_future', 0)");

        await using var second = Open();
        var refused = Assert.Throws<TurnException>(() => second.GetRequiredService<ITurnStore>());
        Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
        Assert.Contains("newer Turnpike", refused.Message, StringComparison.Ordinal);
        Assert.Contains("9000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, new string('x', 5000));
        Assert.Contains($"\"{FilePath}\" is not a database", Refused(FilePath).Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_refused_by_name() => Assert.Contains("cannot be opened", Refused(_folder).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_in_place_of_the_folder_is_refused_by_name()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        Assert.Contains("cannot be opened", Refused(Path.Combine(_folder, "file", "turnpike.db")).Message, StringComparison.Ordinal);
    }

    private TurnException Refused(string path)
    {
        using var provider = new ServiceCollection().AddTurnpikeSqlite(path).BuildServiceProvider();
        var refused = Assert.Throws<TurnException>(() => provider.GetRequiredService<ITurnStore>());
        Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
        return refused;
    }

    [Fact]
    public async Task A_database_that_another_program_holds_too_long_is_told_and_works_again_afterwards()
    {
        await using var provider = Open(busy: TimeSpan.FromMilliseconds(50));
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await turns.BeginAsync(Beginning("turn_2"), Cancellation);
        using (var other = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            other.Open();
            SqliteConnections.Run(other, "BEGIN IMMEDIATE");
            log.Append(Placed(new TextDelta { Text = "lost" }, "turn_1", 2));
            var refused = await Assert.ThrowsAsync<TurnException>(() => turns.BeginAsync(Beginning("turn_3"), Cancellation));
            Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
            Assert.Contains("held by another program", refused.Message, StringComparison.Ordinal);
            Assert.NotNull(await turns.FindAsync("turn_1", Cancellation)); // reading goes on
            SqliteConnections.Run(other, "ROLLBACK");
        }

        Assert.Equal(TurnErrorCode.TurnNotFound, (await Assert.ThrowsAsync<TurnException>(() => log.AppendAsync(Placed(new TextDelta { Text = "after the gap" }, "turn_1", 3), Cancellation))).Code);
        Assert.True(await EndAsync(turns, "turn_2", 2));
        Assert.Null(await turns.BeginAsync(Beginning("turn_3"), Cancellation));
    }

    [Fact]
    public async Task A_disk_that_stands_still_costs_turns_their_text_but_not_the_program_its_memory()
    {
        await using var provider = Open(mostBehind: 10_000);
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await turns.BeginAsync(Beginning("turn_2"), Cancellation);
        using (var other = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            other.Open();
            SqliteConnections.Run(other, "BEGIN IMMEDIATE");
            for (var n = 2; n < 100; n++) log.Append(Placed(new TextDelta { Text = new string('x', 1000) }, "turn_1", n));
            SqliteConnections.Run(other, "ROLLBACK");
        }

        await Assert.ThrowsAsync<TurnException>(() => log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_1", 100), Cancellation));
        Assert.True(await EndAsync(turns, "turn_2", 2));
        var kept = await log.ReadAsync("turn_1", 0, 1000, Cancellation);
        Assert.InRange(kept.Count, 2, 20);
        Assert.Equal(Enumerable.Range(1, kept.Count).Select(n => (long)n), kept.Select(happened => happened.Sequence));
        Assert.Equal(["turn_1"], await turns.SweepAsync(Noon.AddMinutes(1), Noon.AddMinutes(1), Cancellation));
    }

    [Fact]
    public async Task An_event_that_cannot_be_written_as_json_harms_only_its_own_turn()
    {
        await using var provider = Open();
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await turns.BeginAsync(Beginning("turn_2"), Cancellation);
        var gone = JsonDocument.Parse("{}");
        var result = new ToolResult { CallId = "c", Result = gone.RootElement };
        gone.Dispose();

        log.Append(Placed(new TextDelta { Text = "fine" }, "turn_2", 2));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.AppendAsync(Placed(result, "turn_1", 2), Cancellation));
        log.Append(Placed(result, "turn_1", 2));
        Assert.True(await EndAsync(turns, "turn_2", 3));
    }

    [Fact]
    public async Task Text_that_trickles_in_is_gathered_over_many_commits_and_read_as_it_came()
    {
        await using var provider = Open();
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await turns.BeginAsync(Beginning("turn_2"), Cancellation);
        for (var n = 2; n <= 400; n++)
        {
            log.Append(Placed(new TextDelta { Text = $"{n} ", Step = n < 300 ? 1 : 2 }, "turn_1", n));
            await log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_2", n), Cancellation); // a commit each time
            if (n % 50 == 0) Assert.Equal(n, (await log.ReadAsync("turn_1", 0, 1000, Cancellation)).Count);
        }
        Assert.Equal([399L, 400], (await log.ReadAsync("turn_1", 398, 1000, Cancellation)).Select(happened => happened.Sequence));
        Assert.True(await EndAsync(turns, "turn_1", 401));

        var kept = await log.ReadAsync("turn_1", 0, 1000, Cancellation);
        Assert.Equal(Enumerable.Range(1, 401).Select(n => (long)n), kept.Select(happened => happened.Sequence));
        Assert.Equal(string.Concat(Enumerable.Range(2, 399).Select(n => $"{n} ")), string.Concat(kept.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.InRange(Ask("SELECT count(*) FROM events WHERE turn = 'turn_1'"), 3, 40);
    }

    [Fact]
    public async Task Two_programs_serve_one_file()
    {
        await using var one = Open();
        await using var two = Open();
        ServiceProvider[] both = [one, two];
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            var provider = both[i % 2];
            await provider.GetRequiredService<ITurnStore>().BeginAsync(Beginning($"turn_{i}"), Cancellation);
            for (var n = 2; n < 50; n++) provider.GetRequiredService<ITurnLog>().Append(Placed(new TextDelta { Text = "x" }, $"turn_{i}", n));
            Assert.True(await EndAsync(provider.GetRequiredService<ITurnStore>(), $"turn_{i}", 50));
        }, Cancellation)));

        for (var i = 0; i < 40; i++) Assert.Equal(50, (await both[(i + 1) % 2].GetRequiredService<ITurnLog>().ReadAsync($"turn_{i}", 0, 100, Cancellation)).Count);
    }

    [Fact]
    public async Task A_node_that_lost_its_turn_to_another_cannot_write_to_it()
    {
        await using var slow = Open();
        await using var other = Open();
        await slow.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);

        Assert.Equal(["turn_1"], await other.GetRequiredService<ITurnStore>().SweepAsync(Noon.AddMinutes(1), Noon.AddMinutes(1), Cancellation));

        await Assert.ThrowsAsync<TurnException>(() => slow.GetRequiredService<ITurnLog>().AppendAsync(Placed(new TextDelta { Text = "late" }, "turn_1", 2), Cancellation));
        Assert.False(await EndAsync(slow.GetRequiredService<ITurnStore>(), "turn_1", 3));
        Assert.IsType<TurnInterrupted>((await slow.GetRequiredService<ITurnLog>().ReadAsync("turn_1", 0, 10, Cancellation))[^1]);
    }

    [Fact]
    public async Task Many_turns_share_their_commits()
    {
        await using var provider = Open();
        var database = provider.GetRequiredService<SqliteDatabase>();
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => turns.BeginAsync(Beginning($"turn_{i}"), Cancellation)));
        var (batches, rows) = (database.Batches, database.EventRows);

        Parallel.For(0, 64, i =>
        {
            for (var n = 2; n <= 501; n++) log.Append(Placed(new TextDelta { Text = "word " }, $"turn_{i}", n));
        });
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => EndAsync(turns, $"turn_{i}", 502)));

        Assert.InRange(database.Batches - batches, 1, 640); // 32,064 events
        Assert.InRange(database.EventRows - rows, 64, 6400);
        for (var i = 0; i < 64; i++) Assert.Equal(502, (await log.ReadAsync($"turn_{i}", 0, 1000, Cancellation)).Count);
    }

    [Fact]
    public async Task Readers_see_a_log_without_gaps_while_it_is_written()
    {
        await using var provider = Open();
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        var writing = Task.Run(async () =>
        {
            for (var n = 2; n <= 20_000; n++)
            {
                if (n % 1000 != 0) log.Append(Placed(new TextDelta { Text = "x" }, "turn_1", n));
                else await log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_1", n), Cancellation);
            }
        }, Cancellation);

        var after = 0L;
        while (after < 20_000)
        {
            foreach (var happened in await log.ReadAsync("turn_1", after, 777, Cancellation)) Assert.Equal(++after, happened.Sequence);
        }
        await writing;
    }

    [Fact]
    public async Task Work_that_was_cancelled_before_its_turn_came_is_not_done()
    {
        await using var provider = Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => provider.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), cancelled.Token));
        Assert.Null(await provider.GetRequiredService<ITurnStore>().FindAsync("turn_1", Cancellation));
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

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        SqliteConnections.Run(connection, sql);
    }

    private long Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
