using Turnpike.Triggers;
using Turnpike.Triggers.Parsing;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers;

public sealed class Syntax
{
    [Theory]
    [InlineData("", ";")]
    [InlineData("@.", "")]
    [InlineData("@.", "@.")]
    [InlineData("x.", ";")]
    [InlineData("@1", ";")]
    [InlineData("@ ", ";")]
    [InlineData("@.", "end")]
    [InlineData("@.", "\n")]
    public void Marks_that_words_could_hold_are_refused_when_set(string start, string end) => Assert.Throws<ArgumentException>(() => new TriggerSyntax(start, end));

    [Theory]
    [InlineData("/", "//", "/tools.activate a/b // hi", "tools.activate[a/b]")]
    [InlineData("::", "$", "::params.temp 1$ hi", "params.temp[1]")]
    [InlineData("{{", "}}", "{{vars.set a=1;2}} hi", "vars.set[a=1;2]")]
    public void Other_marks_work_the_same(string start, string end, string text, string runs)
    {
        var parsed = new TriggerParser(Catalog, new TriggerSyntax(start, end)).Parse(text);
        Assert.Equal(runs, Show(Assert.Single(parsed.Triggers)));
        Assert.Equal("hi", TriggerText.Clean(parsed).Text);
    }
}
