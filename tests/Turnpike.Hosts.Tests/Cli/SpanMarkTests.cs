using Turnpike.Cli.Output;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>The place of an error, shown under the text.</summary>
public sealed class SpanMarkTests
{
    [Theory]
    [InlineData("one\ntwo @.x; three\nfour", 8, 13, "  two @.x; three\n      ^^^^^\n")]
    [InlineData("one\r\ntwo\r\nthree", 5, 12, "  two\n  ^^^\n")]
    [InlineData("a\t👍🏽b", 6, 7, "  a 👍🏽b\n     ^\n")]
    [InlineData("end", 3, 3, "  end\n     ^\n")]
    [InlineData("short", 90, 99, "  short\n       ^\n")]
    public void Is_the_line_with_carets_below(string text, int start, int end, string shown) => Assert.Equal(shown, SpanMark.Of(text, new(start, end), new Paint(false)));

    [Fact]
    public void A_long_line_is_cut_around_the_place()
    {
        var shown = SpanMark.Of(new string('a', 200) + "@.x;" + new string('b', 200), new(200, 204), new Paint(false)).Split('\n');
        Assert.Equal($"  …{new string('a', 38)}@.x;{new string('b', 34)}…", shown[0]);
        Assert.Equal(new string(' ', 41) + "^^^^", shown[1]);
    }
}
