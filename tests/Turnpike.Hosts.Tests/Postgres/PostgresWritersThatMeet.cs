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

    [Fact]
    public async Task Bytes_that_are_brought_while_a_clean_up_removes_them_are_kept_whole()
    {
        await using var node = Open();
        var (contents, bytes) = (node.GetRequiredService<IContentStore>(), Enumerable.Range(0, 3 << 20).Select(i => (byte)(i * 7)).ToArray());
        var kept = await contents.KeepAsync(new MemoryStream(bytes), bytes.Length, Cancellation);

        await using var cleaner = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await cleaner.OpenAsync(Cancellation);
        await using var removing = await cleaner.BeginTransactionAsync(Cancellation);
        await using var remove = new NpgsqlCommand("DELETE FROM contents; DELETE FROM content_pieces", cleaner);
        await remove.ExecuteNonQueryAsync(Cancellation);
        var keeping = contents.KeepAsync(new MemoryStream(bytes), bytes.Length, Cancellation);
        for (var clock = Stopwatch.StartNew(); (long)Ask("SELECT count(*) FROM pg_locks WHERE NOT granted")! == 0;) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "nobody waits");
        await removing.CommitAsync(Cancellation);

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
        ISettingsStore[] stores = [one.GetRequiredService<ISettingsStore>(), two.GetRequiredService<ISettingsStore>()];
        for (var round = 0; round < 20; round++)
        {
            foreach (var id in (string[])["a", "b"]) await stores[0].SaveProjectAsync(new() { Id = id, Name = id }, Cancellation);
            using var barrier = new Barrier(2);
            var refused = await Task.WhenAll(new[] { ("a", "b"), ("b", "a") }.Select((pair, i) => Task.Run(async () =>
            {
                barrier.SignalAndWait(Cancellation);
                try
                {
                    await stores[i].SaveProjectAsync(new() { Id = pair.Item1, Name = pair.Item1, Parent = pair.Item2 }, Cancellation);
                    return (TurnErrorCode?)null;
                }
                catch (TurnException error)
                {
                    return error.Code;
                }
            }, Cancellation)));
            Assert.Equal([null, TurnErrorCode.RequestInvalid], refused.Order());
        }
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
