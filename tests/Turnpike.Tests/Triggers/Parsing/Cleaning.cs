using Turnpike.Triggers.Parsing;
using Turnpike.Turns;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers.Parsing;

public sealed class Cleaning
{
    [Theory]
    [InlineData("@.tools.none; hello", "hello")]
    [InlineData("hello @.tools.none;", "hello")]
    [InlineData("hello @.tools.none; world", "hello world")]
    [InlineData("hello @.tools.none; @.params.temp 1; world", "hello world")]
    [InlineData("@.tools.none; @.params.temp 1; world", "world")]
    [InlineData("hello  @.tools.none;  world", "hello   world")]
    [InlineData("(@.tools.none;)", "()")]
    [InlineData("hello@example.org @.tools.none; x", "hello@example.org x")]
    [InlineData("@.tools.none;", "")]
    [InlineData("  @.tools.none;  ", "")]
    public void Of_two_spaces_left_by_one_removal_one_stays(string text, string cleaned) => Assert.Equal(cleaned, Clean(text));

    [Theory]
    [InlineData("a\n@.tools.none;\nb", "a\nb")]
    [InlineData("a\r\n@.tools.none;\r\nb", "a\r\nb")]
    [InlineData("a\n  @.tools.none; @.params.temp 1;  \nb", "a\nb")]
    [InlineData("a\n\n@.tools.none;\n\nb", "a\n\n\nb")]
    [InlineData("a\n@.tools.none; b", "a\nb")]
    [InlineData("a\n  @.tools.none; b", "a\n  b")]
    [InlineData("a @.tools.none;\nb", "a\nb")]
    [InlineData("a @.vars.set x=1\nb", "a\nb")]
    [InlineData("- @.tools.none;\n- b", "-\n- b")]
    public void A_line_that_becomes_empty_goes(string text, string cleaned) => Assert.Equal(cleaned, Clean(text));

    [Theory]
    [InlineData("  hello  ", "  hello  ")]
    [InlineData("  hello @.tools.none; world  ", "  hello world  ")]
    [InlineData("\n\n@.tools.none; hello  ", "hello  ")]
    [InlineData("  hello\n\n@.tools.none;\n\n", "  hello")]
    [InlineData("@.tools.none;\n\nhello", "hello")]
    [InlineData("  \\@.x  ", "  @.x  ")]
    public void It_is_trimmed_only_where_something_was_removed(string text, string cleaned) => Assert.Equal(cleaned, Clean(text));

    [Fact]
    public void It_tells_what_it_took_out()
    {
        var cleaned = TriggerText.Clean(Parse("hi @.tools.none; \\@.you @.foo;"));
        Assert.Equal("hi @.you @.foo;", cleaned.Text);
        Assert.Equal([new TextSpan(3, 18)], cleaned.Removals.Select(removal => removal.Span));
        Assert.Equal("hi @.tools.none; \\@.you @.foo;", cleaned.Restore());
    }

    [Fact]
    public void A_trigger_that_stays_keeps_its_white_space()
    {
        var parsed = Parse("a @.tools.none; b @.params.temp 1; c");
        Assert.Equal("a @.tools.none; b c", TriggerText.Clean(parsed, new HashSet<ParsedTrigger> { parsed.Triggers[0] }).Text);
    }
}
