using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Turnpike.Triggers.Parsing;

namespace Turnpike.Tests.Triggers.Parsing;

/// <summary>What holds for every text, tried with texts that look like triggers.</summary>
public sealed class AnyText
{
    private static readonly string[] Pieces =
    [
        "@.", ";", "\\@.", "\\", "@.tools.none;", "@.tools.activate webSearch", "@.tools.activate a, b;", "@.params.temp 0.5;", "@.params.temp", "@.vars.set a=1 b=\"x;y\";", "@.title.set ",
        "@.system.set \"", "@.foo.bar", "@.tools.", "@.help", "!", ".", ",", "=", "\"", "'", " ", "  ", "\t", "\n", "\r\n", "\r", "\n\n", "`", "``", "```", "\n```\n", "~~~", "> ", "- ", "(", ")", "word", "🙂", "\ud800", "é", "5", "webSearch", "none",
    ];

    private static readonly Gen<string> Texts = Gen.Frequency(
        (8, Gen.Elements(Pieces).ListOf().Select(string.Concat)),
        (1, Gen.Elements("@.;\\ \n`'\"abc=,!".ToCharArray()).ListOf().Select(units => new string([.. units]))),
        (1, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")));

    private static readonly TriggerParser[] Parsers =
    [
        SampleTriggers.Parser,
        new(SampleTriggers.Catalog, new("/", ".")),
        new(SampleTriggers.Catalog, new("`", "``")),
        new(SampleTriggers.Catalog, new("\\", "\"")),
        new(SampleTriggers.Catalog, new("=", ",")),
    ];

    private static void Holds(Action<TriggerParser, string> law)
    {
        foreach (var parser in Parsers)
            Prop.ForAll(Texts.ToArbitrary(), text => law(parser, text)).Check(Config.QuickThrowOnFailure.WithMaxTest(ReferenceEquals(parser, Parsers[0]) ? 3000 : 300).WithEndSize(60).WithQuietOnSuccess(true));
    }

    [Fact]
    public void Segments_rebuild_it_without_gaps() => Holds((parser, text) =>
    {
        var segments = parser.Parse(text).Segments;
        Assert.Equal(text, string.Concat(segments.Select(segment => text[segment.Span.Start..segment.Span.End])), StringComparer.Ordinal);
        Assert.All(segments, segment => Assert.True(segment.Span.Length > 0));
    });

    [Fact]
    public void What_is_left_and_what_was_taken_out_rebuild_it() => Holds((parser, text) =>
        Assert.Equal(text, TriggerText.Clean(parser.Parse(text)).Restore(), StringComparer.Ordinal));

    [Fact]
    public void Only_triggers_escapes_and_white_space_are_taken_out() => Holds((parser, text) =>
    {
        var parsed = parser.Parse(text);
        var gone = new bool[text.Length];
        foreach (var removal in TriggerText.Clean(parsed).Removals) Array.Fill(gone, true, removal.Span.Start, removal.Span.Length);
        foreach (var segment in parsed.Segments)
        {
            for (var at = segment.Span.Start; at < segment.Span.End; at++)
            {
                if (segment.Kind is TriggerSegmentKind.Trigger or TriggerSegmentKind.Escape) Assert.True(gone[at]);
                else Assert.True(!gone[at] || char.IsWhiteSpace(text[at]));
            }
        }
    });

    [Fact]
    public void Reading_it_again_gives_the_same() => Holds((parser, text) =>
    {
        var (once, again) = (parser.Parse(text), parser.Parse(new string(text)));
        Assert.Equal(once.Segments, again.Segments);
        Assert.Equal(once.Diagnostics, again.Diagnostics);
        Assert.Equal(once.Triggers.Select(SampleTriggers.Show), again.Triggers.Select(SampleTriggers.Show));
    });

    [Fact]
    public void Everything_that_is_not_run_has_a_warning_and_stays() => Holds((parser, text) =>
    {
        var parsed = parser.Parse(text);
        var kept = TriggerText.Clean(parsed).Removals;
        Assert.All(parsed.Triggers.Where(trigger => !trigger.IsAccepted), trigger =>
        {
            Assert.Contains(parsed.Diagnostics, diagnostic => diagnostic.Span == trigger.Span);
            Assert.DoesNotContain(kept, removal => removal.Span.Start <= trigger.Span.Start && removal.Span.End >= trigger.Span.End);
        });
    });

    [Theory]
    [InlineData("@.params.temp ")]
    [InlineData("@.params.temp 5\n")]
    [InlineData("@.x ")]
    [InlineData("@.params.temp x' \"@.params.temp\nx\" '")]
    [InlineData("@.params.temp\nx' \"@.params.temp\nx\" '")]
    [InlineData("``` ")]
    [InlineData("` `` ``` ```` ")]
    [InlineData("> ")]
    [InlineData("\\")]
    [InlineData("@.tools.activate a ")]
    [InlineData("a,")]
    [InlineData("a\n")]
    public void A_long_one_is_read_in_one_pass(string piece)
    {
        var text = "@.tools.activate " + string.Concat(Enumerable.Repeat(piece, 192_000 / piece.Length));
        Assert.Equal(text, TriggerText.Clean(SampleTriggers.Parse(text)).Restore());
        Assert.InRange(Fastest(text).TotalMilliseconds, 0, 5000); // reading parts of it again for each START takes many seconds
    }

    private static TimeSpan Fastest(string text) => Enumerable.Range(0, 5).Min(_ =>
    {
        var from = Stopwatch.GetTimestamp();
        SampleTriggers.Parse(text);
        return Stopwatch.GetElapsedTime(from);
    });
}
