using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage.Sqlite;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Many writers and readers of one file, and what goes wrong among them.</summary>
public sealed class SqliteWritingTests : SqliteTests
{
    [Fact]
    public async Task Text_waits_for_another_program_that_holds_the_database_while_all_else_is_told()
    {
        await using var provider = Open(busy: TimeSpan.FromMilliseconds(20));
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        Task waiting;
        using (var other = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            other.Open();
            SqliteConnections.Run(other, "BEGIN IMMEDIATE");
            log.Append(Placed(new TextDelta { Text = "kept" }, "turn_1", 2));
            for (var tries = 0; tries < 5; tries++) Assert.Contains("held by another program", (await Assert.ThrowsAsync<TurnException>(() => turns.BeginAsync(Beginning("turn_2"), Cancellation))).Message, StringComparison.Ordinal);
            log.Append(Placed(new TextDelta { Text = " too" }, "turn_1", 3));
            waiting = log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_1", 4), Cancellation);
            await Assert.ThrowsAsync<TurnException>(() => EndAsync(turns, "turn_1", 5));
            Assert.False(waiting.IsCompleted);
            SqliteConnections.Run(other, "ROLLBACK");
        }

        await waiting;
        Assert.True(await EndAsync(turns, "turn_1", 5));
        Assert.Equal("kept too", string.Concat((await log.ReadAsync("turn_1", 0, 10, Cancellation)).OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Null(await turns.BeginAsync(Beginning("turn_2"), Cancellation));
    }

    [Fact]
    public async Task A_database_that_another_program_holds_too_long_is_told_and_works_again_afterwards()
    {
        await using var provider = Open(busy: TimeSpan.FromMilliseconds(50), patience: TimeSpan.Zero);
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
            if (n % 50 == 0) Assert.Equal(n, (await ReadAsync(log, n)).Count);
        }
        Assert.Equal([399L, 400], (await log.ReadAsync("turn_1", 398, 1000, Cancellation)).Select(happened => happened.Sequence));
        Assert.True(await EndAsync(turns, "turn_1", 401));

        var kept = await log.ReadAsync("turn_1", 0, 1000, Cancellation);
        Assert.Equal(Enumerable.Range(1, 401).Select(n => (long)n), kept.Select(happened => happened.Sequence));
        Assert.Equal(string.Concat(Enumerable.Range(2, 399).Select(n => $"{n} ")), string.Concat(kept.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.InRange(Ask("SELECT count(*) FROM events WHERE turn = 'turn_1'"), 3, 40);
    }

    /// <summary>The log of the first turn, once it is that long: text may wait a little.</summary>
    private static async Task<IReadOnlyList<TurnEvent>> ReadAsync(ITurnLog log, int length)
    {
        while (true)
        {
            var kept = await log.ReadAsync("turn_1", 0, 1000, Cancellation);
            if (kept.Count >= length) return kept;
            await Task.Delay(5, Cancellation);
        }
    }

    [Fact]
    public async Task Text_waits_for_company_while_others_commit_and_no_longer()
    {
        await using var provider = Open();
        var (turns, log) = (provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await turns.BeginAsync(Beginning("turn_2"), Cancellation);
        log.Append(Placed(new TextDelta { Text = "alone" }, "turn_1", 2));
        await log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_2", 2), Cancellation);
        Assert.Equal(2, (await ReadAsync(log, 2)).Count); // nothing else commits it
        log.Append(Placed(new TextDelta { Text = "with its boundary" }, "turn_1", 3));
        await log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_1", 4), Cancellation);
        Assert.Equal([1L, 2, 3, 4], (await log.ReadAsync("turn_1", 0, 1000, Cancellation)).Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task Words_of_turns_are_in_the_index_after_a_quiet_moment_though_nobody_searched()
    {
        await using var provider = Open();
        var turns = provider.GetRequiredService<ITurnStore>();
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        Assert.True(await turns.EndAsync(Beginning("turn_1").Turn with { Status = TurnStatus.Completed, CleanedContent = "rain", Answer = "umbrella", EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation));
        while (Ask("SELECT count(*) FROM waiting_words") > 0) await Task.Delay(20, Cancellation);
        Assert.Equal(1, Ask("SELECT count(*) FROM conversation_search WHERE conversation_search MATCH 'umbrella'"));
    }

    [Fact]
    public async Task Words_of_a_turn_that_is_forgotten_stand_nowhere_whether_they_waited_or_not()
    {
        await using var provider = Open();
        var turns = provider.GetRequiredService<ITurnStore>();
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        Assert.True(await turns.EndAsync(Beginning("turn_1").Turn with { Status = TurnStatus.Completed, CleanedContent = "rain", Answer = "umbrella", EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation));
        Assert.True(await turns.ForgetAsync("turn_1", Cancellation));
        Assert.Equal(0, Ask("SELECT (SELECT count(*) FROM waiting_words) + (SELECT count(*) FROM conversation_search WHERE conversation_search MATCH 'umbrella')"));
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
}
