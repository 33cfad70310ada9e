using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Storage.Postgres;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>What becomes of things that two nodes change at the same time.</summary>
public sealed class PostgresWritersThatMeet : PostgresTests
{
    private static async Task<byte[]?> ReadAsync(IContentStore contents, string hash)
    {
        await using var stream = await contents.OpenAsync(hash, Cancellation);
        if (stream is null) return null;
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Cancellation);
        return bytes.ToArray();
    }

    /// <summary>Somebody else in the middle of a transaction.</summary>
    private async Task<NpgsqlConnection> BegunAsync(string sql)
    {
        var other = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancellation);
        await RunAsync(other, $"BEGIN; {sql}");
        return other;
    }

    private static async Task RunAsync(NpgsqlConnection other, string sql)
    {
        await using var command = new NpgsqlCommand(sql, other);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private void Await(long waiting)
    {
        for (var clock = Stopwatch.StartNew(); (long)Ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")! < waiting;) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "too few wait");
    }

    [Fact]
    public async Task Bytes_that_are_brought_while_a_clean_up_removes_them_are_kept_whole()
    {
        await using var node = Open();
        var (contents, bytes) = (node.GetRequiredService<IContentStore>(), Enumerable.Range(0, 3 << 20).Select(i => (byte)(i * 7)).ToArray());
        var kept = await contents.KeepAsync(new MemoryStream(bytes), bytes.Length, Cancellation);

        await using var cleaner = await BegunAsync("DELETE FROM contents; DELETE FROM content_pieces");
        var keeping = contents.KeepAsync(new MemoryStream(bytes), bytes.Length, Cancellation);
        Await(waiting: 1);
        await RunAsync(cleaner, "COMMIT");

        Assert.Equal(kept.Hash, (await keeping).Hash);
        Assert.Equal(bytes, await ReadAsync(contents, kept.Hash));
    }

    [Fact]
    public async Task A_content_without_its_bytes_is_none_until_they_are_brought_again()
    {
        await using var node = Open();
        var contents = node.GetRequiredService<IContentStore>();
        var kept = await contents.KeepAsync(new MemoryStream([1, 2, 3]), 3, Cancellation);
        Ask("DELETE FROM content_pieces");
        Assert.Null(await ReadAsync(contents, kept.Hash));

        await contents.KeepAsync(new MemoryStream([1, 2, 3]), 3, Cancellation);
        Assert.Equal([1, 2, 3], await ReadAsync(contents, kept.Hash));
    }

    [Fact]
    public async Task Contents_that_are_read_slowly_hold_no_connection_and_no_more_than_what_is_read()
    {
        await using var node = Open();
        var (contents, bytes) = (node.GetRequiredService<IContentStore>(), Enumerable.Range(0, (2 << 20) + 5).Select(i => (byte)(i * 7)).ToArray());
        var kept = await contents.KeepAsync(new MemoryStream(bytes), bytes.Length, Cancellation);
        var readers = new List<Stream>();
        for (var i = 0; i < 40; i++)
        {
            readers.Add((await contents.OpenAsync(kept.Hash, Cancellation))!);
            Assert.Equal(bytes[0], readers[^1].ReadByte());
        }
        readers[0].Position = (1 << 20) - 2;
        var range = new byte[4];
        await readers[0].ReadExactlyAsync(range, Cancellation);
        Assert.Equal(bytes[((1 << 20) - 2)..((1 << 20) + 2)], range);

        Ask("DELETE FROM content_pieces WHERE place = 2");
        readers[1].Position = 2 << 20;
        await Assert.ThrowsAsync<IOException>(async () => await readers[1].ReadExactlyAsync(range, Cancellation));
        foreach (var reader in readers) await reader.DisposeAsync();
    }

    [Fact]
    public async Task An_event_whose_first_writing_is_committed_while_the_second_waits_is_kept()
    {
        await using var node = Open();
        await node.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
        var buffer = new ArrayBufferWriter<byte>();
        var change = new LogChange("turn_1", 1, null);
        Assert.True(change.TryAdd(Placed(new TextDelta { Text = "word" }, "turn_1", 2), buffer));
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);

        await using var first = await BegunAsync("UPDATE running SET last = 2 WHERE turn = 'turn_1'");
        var second = new PostgresEventRows([change], buffer).WriteAsync(connection, again: true);
        Await(waiting: 1);
        await RunAsync(first, "COMMIT");
        await second;

        Assert.True(change.IsKept);
    }

    [Fact]
    public async Task Projects_that_two_nodes_put_under_each_other_make_no_ring()
    {
        await using var one = Open();
        await using var two = Open();
        var (first, second) = (one.GetRequiredService<ISettingsStore>(), two.GetRequiredService<ISettingsStore>());
        foreach (var id in (string[])["a", "b"]) await first.SaveProjectAsync(new() { Id = id, Name = id }, Cancellation);

        await using var other = await BegunAsync("SELECT 1 FROM projects FOR UPDATE"); // until both have read
        Task[] saves = [first.SaveProjectAsync(new() { Id = "a", Name = "a", Parent = "b" }, Cancellation), second.SaveProjectAsync(new() { Id = "b", Name = "b", Parent = "a" }, Cancellation)];
        Await(waiting: 2);
        await RunAsync(other, "COMMIT");

        await Task.WhenAny(Task.WhenAll(saves));
        Assert.Equal(TurnErrorCode.RequestInvalid, Assert.IsType<TurnException>(Assert.Single(saves, save => save.IsFaulted).Exception!.InnerException).Code);
    }

    [Fact]
    public async Task A_conversation_and_its_fork_that_two_nodes_delete_leave_no_turn_behind()
    {
        await using var one = Open();
        await using var two = Open();
        var (first, second) = (one.GetRequiredService<IConversationStore>(), two.GetRequiredService<IConversationStore>());
        await SaidAsync(one);
        await first.AddAsync(Fork, Cancellation);

        await using var other = await BegunAsync("SELECT 1 FROM conversations FOR UPDATE"); // until both have begun
        Task<bool>[] deletes = [first.DeleteAsync("conv_turn_1", Cancellation), second.DeleteAsync("conv_fork", Cancellation)];
        Await(waiting: 2);
        await RunAsync(other, "COMMIT");

        Assert.All(await Task.WhenAll(deletes), Assert.True);
        Assert.Equal("0 0", Count("turns", "events"));
    }

    [Fact]
    public async Task A_conversation_that_is_being_deleted_is_neither_forked_nor_gone_on_with()
    {
        await using var one = Open();
        await using var two = Open();
        await SaidAsync(one);
        Turn queued = new() { Id = "turn_2", Conversation = "conv_turn_1", Status = TurnStatus.Queued, Model = "builtin/echo", CreatedAt = Noon };

        await using var other = await BegunAsync("SELECT 1 FROM conversations FOR UPDATE");
        var delete = one.GetRequiredService<IConversationStore>().DeleteAsync("conv_turn_1", Cancellation);
        Await(waiting: 1);
        Task[] late =
        [
            two.GetRequiredService<IConversationStore>().AddAsync(Fork, Cancellation),
            two.GetRequiredService<ITurnStore>().EnqueueAsync(new() { Turn = queued, Node = "node_2", LeaseUntil = Noon.AddSeconds(15) }, Cancellation),
            two.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_3") with { Turn = Beginning("turn_3").Turn with { Conversation = "conv_turn_1", Parent = "turn_1" }, Conversation = Source with { Head = "turn_3" }, IsNewConversation = false }, Cancellation),
        ];
        Await(waiting: 4);
        await RunAsync(other, "COMMIT");

        Assert.True(await delete);
        await Task.WhenAny(Task.WhenAll(late));
        Assert.Equal([TurnErrorCode.TurnNotFound, TurnErrorCode.ConversationNotFound, TurnErrorCode.ConversationNotFound], late.Select(task => Assert.IsType<TurnException>(task.Exception?.InnerException).Code));
        Assert.Equal("0 0", Count("turns", "conversations"));
    }

    [Fact]
    public async Task A_turn_that_ends_while_its_conversation_is_deleted_leaves_no_event_and_no_word()
    {
        await using var one = Open();
        await using var two = Open();
        await one.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);

        await using var other = await BegunAsync("SELECT 1 FROM running FOR UPDATE"); // the end has changed the turn and waits
        var end = two.GetRequiredService<ITurnStore>().EndAsync(Beginning("turn_1").Turn with { Status = TurnStatus.Completed, CleanedContent = "Oslo", EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation);
        Await(waiting: 1);
        var delete = one.GetRequiredService<IConversationStore>().DeleteAsync("conv_turn_1", Cancellation);
        Await(waiting: 2);
        await RunAsync(other, "COMMIT");

        Assert.Equal((true, true), (await end, await delete));
        Assert.Equal("0 0 0", Count("turns", "events", "conversation_search"));
    }

    private string Count(params string[] tables) => string.Join(' ', tables.Select(table => Ask($"SELECT count(*) FROM {table}")));

    private static Conversation Source => Beginning("turn_1").Conversation;

    private static Conversation Fork => Source with { Id = "conv_fork", ForkedFrom = "turn_1" };

    private static async Task SaidAsync(ServiceProvider node)
    {
        await node.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
        Assert.True(await EndAsync(node.GetRequiredService<ITurnStore>(), "turn_1", 2));
    }

    [Fact]
    public async Task A_chain_ends_in_a_ring_that_an_older_program_made()
    {
        await using var node = Open();
        var settings = node.GetRequiredService<ISettingsStore>();
        foreach (var id in (string[])["a", "b"]) await settings.SaveProjectAsync(new() { Id = id, Name = id }, Cancellation);
        Ask("UPDATE projects SET parent = CASE id WHEN 'a' THEN 'b' ELSE 'a' END");
        Assert.Equal(["a", "b"], (await settings.ChainAsync("a", Cancellation)).Select(project => project.Id));
        await settings.SaveProjectAsync(new() { Id = "a", Name = "a" }, Cancellation);
        Assert.Equal(["b", "a"], (await settings.ChainAsync("b", Cancellation)).Select(project => project.Id));
    }
}
