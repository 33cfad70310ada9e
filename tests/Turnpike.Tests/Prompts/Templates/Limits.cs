using System.Text.Json;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Templates;

public sealed class Limits
{
    private const int Many = 100_000;

    private static readonly Dictionary<string, string> HostileTemplates = new()
    {
        ["open blocks"] = Repeat("{{#if a}}", Many),
        ["open and closed blocks"] = Repeat("{{#each a}}", 60_000) + Repeat("{{/each}}", 40_000),
        ["calls"] = "{{json " + Repeat("(json ", Many) + "a" + new string(')', Many) + "}}",
        ["else ifs"] = "{{#if a}}" + Repeat("{{else if a}}", 70_000) + "{{/if}}",
        ["parentheses"] = "{{" + new string('(', Many),
        ["comments"] = Repeat("{{!--", Many),
        ["brackets"] = Repeat("{{[", Many),
        ["quotes"] = Repeat("{{\"", Many),
        ["block names"] = Repeat("{{#a as |", Many),
        ["braces"] = new('{', 1_000_000),
        ["dots"] = "{{a." + new string('.', 1_000_000) + "}}",
        ["parents"] = "{{" + Repeat("../", 300_000) + "}}",
        ["named arguments"] = "{{> p" + string.Concat(Enumerable.Range(0, 80_000).Select(i => $" a{i}=1")) + "}}",
        ["arguments"] = "{{json " + Repeat("\"\"", Many) + "}}",
        ["bracketed arguments"] = "{{json " + Repeat("[a]", Many) + "}}",
        ["length"] = new('x', 10_000_000),
    };

    public static TheoryData<string> Hostile => [.. HostileTemplates.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_template_is_refused_and_never_exhausts_the_stack(string of)
    {
        var error = Assert.Throws<TurnException>(() => PromptTemplate.Parse(HostileTemplates[of]));
        Assert.Contains(error.Code, new[] { TurnErrorCode.TemplateInvalid, TurnErrorCode.TemplateLimit });
        Assert.InRange(error.Message.Length, 1, 400);
    }

    [Fact]
    public void A_large_template_of_many_tags_is_read_in_linear_time()
    {
        var template = PromptTemplate.Parse(Repeat("{{!-- a --}}{{a}}{{#if b}}c{{/if}}\n", 25_000));
        Assert.Equal(50_000, template.Names.Uses.Count);
    }

    [Fact]
    public void A_call_takes_256_arguments_and_not_one_more()
    {
        string Including(int count) => "{{> p" + string.Concat(Enumerable.Range(0, count).Select(i => $" a{i}={i}")) + "}}";
        Assert.Equal("255", Rendered.Text(Including(256), partials: new() { ["p"] = "{{a255}}" }));
        Assert.Contains("256", Rendered.Limited(() => PromptTemplate.Parse(Including(257))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_partial_of_many_names_may_be_included_many_times()
    {
        var partial = PromptTemplate.Parse(string.Concat(Enumerable.Range(0, 90_000).Select(i => $"{{{{a{i}}}}}")));
        var including = PromptTemplate.Parse(Repeat("{{> p}}", 50_000) + Repeat("{{> p a1=b}}", 50_000));
        Assert.Equal(90_001, new PartialGraph(_ => partial).VariablesOf(including).Count);
    }

    [Fact]
    public void Sixty_four_blocks_may_be_nested_and_not_one_more()
    {
        string Nested(int depth) => Repeat("{{#if a}}", depth) + "x" + Repeat("{{/if}}", depth);
        Assert.Equal("x", Rendered.Text(Nested(64), """{"a":1}"""));
        Assert.Contains("64", Rendered.Limited(() => Rendered.Text(Nested(65))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{#each list}}{{text}}{{@root.text}}{{/each}}")]
    [InlineData("{{#each list}}{{json @root.text}}{{/each}}")]
    [InlineData("{{#each list}}0123456789{{/each}}{{#each list}}0123456789{{/each}}")]
    [InlineData("{{list}}{{list}}{{list}}{{list}}{{list}}{{list}}")]
    [InlineData("{{json list indent=10}}")]
    [InlineData("{{#each list}}\n          {{> line}}\n{{/each}}")]
    public void Output_over_a_mebibyte_is_refused(string template)
    {
        var values = new Dictionary<string, object?> { ["list"] = JsonDocument.Parse($"[{string.Join(',', Enumerable.Range(0, 90_000))}]").RootElement, ["text"] = new string('x', 100) };
        var context = new TemplateContext { Values = values, Time = new StillClock(), Partials = _ => PromptTemplate.Parse("a\nb\nc\n") };
        Assert.Contains("1,048,576", Rendered.Limited(() => Rendered.Pieces(template, context)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_cannot_make_more_than_ten_thousand_messages()
    {
        var context = Rendered.Context($$"""{"list":[{{string.Join(',', Enumerable.Range(0, 10_001))}}]}""") with { Time = new StillClock() };
        Assert.Contains("10,000", Rendered.Limited(() => Rendered.Pieces("{{#each list}}{{role \"user\"}}{{/each}}", context)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{#each list}}{{/each}}")]
    [InlineData("{{#each list}}{{#each @root.list}}{{#each @root.list}}{{/each}}{{/each}}{{/each}}")]
    [InlineData("{{#each list}}{{#if (json @root.big)}}{{/if}}{{/each}}")]
    public void Time_is_bounded_in_loops_that_write_nothing(string template)
    {
        var context = Rendered.Context($$"""{"list":[{{string.Join(',', Enumerable.Range(0, 1000))}}],"big":"{{new string('x', 5000)}}"}""") with { Time = new RacingClock() };
        Assert.Contains("250 ms", Rendered.Limited(() => Rendered.Pieces(template, context)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_in_partials_in_blocks_are_bounded_together()
    {
        var deep = Repeat("{{#if a}}", 60) + "{{> p}}" + Repeat("{{/if}}", 60);
        Assert.Contains("400", Rendered.Limited(() => Rendered.Text("{{> p}}", """{"a":1}""", new() { ["p"] = deep })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bounds_hold_on_a_small_stack()
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(Blocks_in_partials_in_blocks_are_bounded_together), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
    }

    [Fact]
    public void A_value_nested_too_deep_is_refused()
    {
        var deep = JsonDocument.Parse(new string('[', 500) + new string(']', 500), new() { MaxDepth = 1000 }).RootElement;
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["v"] = deep } };
        Rendered.Limited(() => Rendered.Pieces("{{v}}", context));
        Rendered.Limited(() => Rendered.Pieces("{{json v}}", context));
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private sealed class StillClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }

    private sealed class RacingClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += TimestampFrequency / 50;
    }
}
