using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Tests.Turns;

/// <summary>Ids stand in the order in which they were made and cannot be guessed.</summary>
public sealed class IdsTests
{
    [Fact]
    public void Ids_of_later_milliseconds_sort_behind_earlier_ones()
    {
        var ids = new List<string>();
        for (var last = 0L; ids.Count < 5;)
        {
            if (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() <= last) continue;
            ids.Add(Ids.New("turn"));
            last = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(); // no id before is of a later one
        }
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Matches(new Regex("^turn_[0-9A-Za-z]{22}$"), id));
    }

    [Fact]
    public void Of_ids_of_one_millisecond_no_two_have_the_same_end()
    {
        var ends = Enumerable.Range(0, 10_000).Select(_ => Ids.New("conv")[^14..]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(10_000, ends.Count);
        Assert.All(Enumerable.Range(0, 14), place => Assert.True(ends.Select(end => end[place]).Distinct().Count() > 50));
    }
}
