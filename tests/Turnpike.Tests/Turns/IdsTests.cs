using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Tests.Turns;

/// <summary>Ids stand in the order in which they were made and cannot be guessed.</summary>
public sealed class IdsTests
{
    [Fact]
    public void Each_sorts_behind_those_that_were_made_before_it()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var ids = Enumerable.Range(0, 20_000).Select(_ => Ids.New("turn")).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Matches(new Regex("^turn_[0-9A-Za-z]{22}$"), id));
        Assert.InRange(Millisecond(ids[0]) - before, 0, 10_000);
        Assert.InRange(Millisecond(ids[^1]) - Millisecond(ids[0]), 1, 60_000);
    }

    [Fact]
    public async Task Those_that_are_made_at_the_same_time_are_all_different()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 5_000).Select(_ => Ids.New("turn")[..15]).ToList())));
        Assert.Equal(20_000, made.SelectMany(ids => ids).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Of_ids_of_one_millisecond_no_two_have_the_same_end()
    {
        var ends = Enumerable.Range(0, 10_000).Select(_ => Ids.New("conv")[^12..]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(10_000, ends.Count);
        Assert.All(Enumerable.Range(0, 12), place => Assert.True(ends.Select(end => end[place]).Distinct().Count() > 50));
    }

    private static long Millisecond(string id) => id[5..13].Aggregate(0L, (sum, digit) => sum * 62 + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".IndexOf(digit, StringComparison.Ordinal));
}
