using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;

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
