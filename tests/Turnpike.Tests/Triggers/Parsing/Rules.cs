using Turnpike.Triggers;
using Turnpike.Triggers.Parsing;
using Turnpike.Turns;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers.Parsing;

public sealed class Rules
{
    [Theory]
    [InlineData("@.tools.none;", true)]
    [InlineData(" @.tools.none;", true)]
    [InlineData("a\t@.tools.none;", true)]
    [InlineData("a\n@.tools.none;", true)]
    [InlineData("a\u00a0@.tools.none;", true)]
    [InlineData("(@.tools.none;)", true)]
    [InlineData("[@.tools.none;]", true)]
    [InlineData("{@.tools.none;}", true)]
    [InlineData("<@.tools.none;>", true)]
    [InlineData("\"@.tools.none;\"", true)]
    [InlineData("'@.tools.none;'", true)]
    [InlineData("“@.tools.none;”", true)]
    [InlineData("«@.tools.none;»", true)]
    [InlineData("me@.tools.none;", false)]
    [InlineData(".@.tools.none;", false)]
    [InlineData(")@.tools.none;", false)]
    [InlineData("”@.tools.none;", false)]
    [InlineData("-@.tools.none;", false)]
    [InlineData("@ .tools.none;", false)]
    [InlineData("@.\ntools.none;", false)]
    [InlineData("@.5.none;", false)]
    public void Where_a_start_counts(string text, bool runs)
    {
        Assert.Equal(runs ? "tools.none[]" : "", Run(text));
        if (!runs) Assert.Empty(Parse(text).Diagnostics);
    }

    [Fact]
    public void A_start_right_behind_a_trigger_does_not_count_and_says_so()
    {
        var parsed = Parse("@.tools.none;@.params.temp 1;");
        Assert.Equal("tools.none[]", Run(parsed.Text));
        Assert.Contains("put a space before it", Assert.Single(parsed.Diagnostics).Message);
    }

    [Theory]
    [InlineData("`@.tools.none;`")]
    [InlineData("` @.tools.none; `")]
    [InlineData("``a ` @.tools.none; ``")]
    [InlineData("a `b\n@.tools.none; c`")]
    [InlineData("```\n@.tools.none;\n```")]
    [InlineData("```js\n@.tools.none;\n")]
    [InlineData("~~~\n@.tools.none;\n```\n@.tools.none;\n~~~")]
    [InlineData("````\n```\n@.tools.none;\n````")]
    [InlineData("- item\n\n    ```\n    @.tools.none;\n    ```")]
    [InlineData("> ```\n> @.tools.none;\n> ```")]
    [InlineData("1. ```\n   @.tools.none;\n   ```")]
    [InlineData("```\n\\@.tools.none;\n```")]
    public void Nothing_in_code_is_a_trigger(string text)
    {
        Assert.Equal("", Run(text));
        Assert.Empty(Parse(text).Diagnostics);
        Assert.Same(text, Clean(text));
    }

    [Theory]
    [InlineData("5` long @.tools.none;")]
    [InlineData("5` long @.tools.none; and\n\n6` wide")]
    [InlineData("`a` @.tools.none; `b`")]
    [InlineData("``a` @.tools.none; b")]
    [InlineData("\\`a @.tools.none; b`")]
    [InlineData("```\ncode\n```\n@.tools.none;")]
    [InlineData("> ```\n> code\n\n@.tools.none;")]
    [InlineData("a ~~~ @.tools.none; ~~~")]
    [InlineData("x ```a``` @.tools.none;")]
    [InlineData("`a\n```\nb\n```\n@.tools.none; c`")]
    public void What_only_looks_like_code_hides_nothing(string text) => Assert.Equal("tools.none[]", Run(text));

    [Fact]
    public void Marks_inside_a_trigger_open_no_code() =>
        Assert.Equal("title.set[a ` b] tools.none[]", Run("@.title.set a ` b; x @.tools.none; c`"));

    [Theory]
    [InlineData("\\@.tools.none; hi", "@.tools.none; hi")]
    [InlineData("say \\@.tools.none; hi", "say @.tools.none; hi")]
    [InlineData("(\\@.x)", "(@.x)")]
    [InlineData("\\@.", "@.")]
    [InlineData("C:\\@.tools.none;", "C:\\@.tools.none;")]
    public void A_backslash_writes_a_start(string text, string cleaned)
    {
        Assert.Equal("", Run(text));
        Assert.Equal(cleaned, Clean(text));
        Assert.Empty(Parse(text).Diagnostics);
    }

    [Theory]
    [InlineData("@.tools.activate webSearch\nWhat changed?", "tools.activate[webSearch]", "What changed?")]
    [InlineData("@.tools.activate webSearch", "tools.activate[webSearch]", "")]
    [InlineData("@.tools.activate webSearch  \r\nWhat; changed?", "tools.activate[webSearch]", "What; changed?")]
    [InlineData("@.tools.activate webSearch calculator\nHi", "tools.activate[webSearch|calculator]", "Hi")]
    [InlineData("@.resource.add a.md, b.md\nHi", "resource.add[a.md|b.md]", "Hi")]
    [InlineData("@.help\nHi", "help.show[]", "Hi")]
    [InlineData("@.params.temp 0.2\nHi", "params.temp[0.2]", "Hi")]
    [InlineData("@.title.set My trip\nHi", "title.set[My trip]", "Hi")]
    public void A_line_end_ends_a_trigger_whose_arguments_all_fit(string text, string runs, string cleaned)
    {
        Assert.Equal(runs, Run(text));
        Assert.Equal(cleaned, Clean(text));
    }

    [Theory]
    [InlineData("@.tools.activate webSearch What changed?")]
    [InlineData("@.resource.add a.md what is it?")]
    [InlineData("@.tools.none please\nHi")]
    [InlineData("@.params.temp hot\nHi")]
    [InlineData("@.params.temp\n\nHi;")]
    [InlineData("@.system.set \"be brief")]
    [InlineData("@.tools.activate webSearch,")]
    public void A_line_that_does_not_fit_stays_text_and_asks_for_the_end(string text)
    {
        Assert.Equal("", Run(text));
        Assert.Same(text, Clean(text));
        var diagnostic = Assert.Single(Parse(text).Diagnostics);
        Assert.Equal(TriggerDiagnostic.Unterminated, diagnostic.Code);
        Assert.Contains("Missing \";\"?", diagnostic.Message);
    }

    [Theory]
    [InlineData("@.foo.bar baz", "")]
    [InlineData("@.foo bar @.params.temp 1; hi", "params.temp[1]")]
    public void A_name_that_nobody_knows_is_told_as_such_though_the_end_is_missing_too(string text, string runs)
    {
        Assert.Equal(runs, Run(text));
        var diagnostic = Assert.Single(Parse(text).Diagnostics);
        Assert.Equal(TriggerDiagnostic.Unknown, diagnostic.Code);
        Assert.Contains("There is no trigger namespace", diagnostic.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("@.tools.activate a @.params.temp 1; hi", "params.temp[1]")]
    [InlineData("@.params.temp (@.params.temp 1;", "params.temp[1]")]
    [InlineData("@.title.set \"open @.params.temp 1; hi", "params.temp[1]")]
    [InlineData("@.title.set a\"@.params.temp 1; hi", "params.temp[1]")]
    public void A_start_inside_arguments_leaves_the_first_as_text(string text, string runs)
    {
        Assert.Equal(runs, Run(text));
        Assert.Equal(TriggerDiagnostic.Unterminated, Assert.Single(Parse(text).Diagnostics).Code);
    }

    [Theory]
    [InlineData("@.tols.activate x;", "no trigger namespace \"tols\". Did you mean \"tools\"?")]
    [InlineData("@.tools.actvate x;", "\"tools\" has no method \"actvate\". Did you mean \"activate\"?")]
    [InlineData("@.params.randomness 1;", "\"params\" has no method \"randomness\". It has effort, seed, temp, top_p, web.")]
    [InlineData("@.temp 1;", "Did you mean \"params.temp\"?")]
    [InlineData("@.tools;", "\"tools\" needs a method: activate, none, require.")]
    public void An_unknown_name_stays_text_with_the_nearest_one(string text, string message)
    {
        Assert.Same(text, Clean(text));
        var diagnostic = Assert.Single(Parse(text).Diagnostics);
        Assert.Equal(TriggerDiagnostic.Unknown, diagnostic.Code);
        Assert.Contains(message, diagnostic.Message);
        Assert.Equal(new TextSpan(0, text.Length), diagnostic.Span);
    }

    [Theory]
    [InlineData("@.params.temp 5;", "temperature is a number from 0 to 2, not \"5\".")]
    [InlineData("@.params.temp -0.1;", "from 0 to 2")]
    [InlineData("@.params.temp warm;", "a number from 0 to 2")]
    [InlineData("@.params.temp NaN;", "a number from 0 to 2")]
    [InlineData("@.params.temp 1e999;", "a number from 0 to 2")]
    [InlineData("@.params.temp;", "\"temperature\" is missing: a number from 0 to 2.")]
    [InlineData("@.params.temp 1 2;", "\"2\" is too much; it takes temperature (a number from 0 to 2).")]
    [InlineData("@.params.seed 1.5;", "a whole number")]
    [InlineData("@.params.effort huge;", "one of low, medium, high")]
    [InlineData("@.params.web maybe;", "true or false")]
    [InlineData("@.tools.none x;", "it takes no arguments.")]
    [InlineData("@.tools.activate ,;", "\"names\" is missing")]
    [InlineData("@.tools.activate! ;", "\"names\" is missing")]
    [InlineData("@.resource.add x polcy=sticky;", "no argument \"polcy\". Did you mean \"policy\"?")]
    [InlineData("@.resource.add x policy=forever;", "one of once, sticky")]
    [InlineData("@.vars.set Paris;", "too much; it takes values (name=value)")]
    [InlineData("@.vars.set;", "\"values\" is missing: name=value.")]
    [InlineData("@.system.set You are kind;", "\"are\" is too much")]
    [InlineData("@.title.set! x;", "leave the \"!\" out")]
    [InlineData("@.tools.none,;", "after the name comes a space or the end")]
    public void Wrong_arguments_stay_text_with_what_is_expected(string text, string message)
    {
        Assert.Same(text, Clean(text));
        var diagnostic = Assert.Single(Parse(text).Diagnostics);
        Assert.Equal(TriggerDiagnostic.Invalid, diagnostic.Code);
        Assert.Contains(message, diagnostic.Message);
    }

    [Fact]
    public void Sixty_four_triggers_are_read_and_the_next_stays_text()
    {
        var parsed = Parse(string.Concat(Enumerable.Repeat("@.tools.none; ", 66)));
        Assert.Equal(TriggerSyntax.MaxTriggers, parsed.Triggers.Count(trigger => trigger.IsAccepted));
        Assert.Equal("@.tools.none; @.tools.none; ", TriggerText.Clean(parsed).Text);
        Assert.Equal(TriggerDiagnostic.Limit, Assert.Single(parsed.Diagnostics).Code);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void Arguments_have_4096_characters_at_most(int length, bool runs)
    {
        var text = $"@.system.set \"{new string('x', length - 2)}\"; @.tools.none; hi";
        Assert.Equal(runs ? 2 : 1, Parse(text).Triggers.Count(trigger => trigger.IsAccepted));
        if (!runs) Assert.Equal(TriggerDiagnostic.Limit, Assert.Single(Parse(text).Diagnostics).Code);
    }

    [Fact]
    public void Spans_count_as_a_browsers_caret()
    {
        const string text = "🙂é @.tools.none; x";
        Assert.Equal(new TextSpan(4, 17), Assert.Single(Parse(text).Triggers).Span);
        Assert.Equal("🙂é x", Clean(text));
    }

    [Fact]
    public void Segments_are_the_text()
    {
        const string text = "a \\@.b @.tools.none; c @.foo; d";
        var segments = Parse(text).Segments;
        Assert.Equal(
            ["Text:a ", "Escape:\\", "Text:@.b ", "Trigger:@.tools.none;", "Text: c ", "Mistake:@.foo;", "Text: d"],
            segments.Select(segment => $"{segment.Kind}:{text[segment.Span.Start..segment.Span.End]}"));
    }
}
