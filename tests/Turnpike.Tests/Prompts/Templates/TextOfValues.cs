using Turnpike.Prompts.Templates;

namespace Turnpike.Tests.Prompts.Templates;

public sealed class TextOfValues
{
    [Theory]
    [InlineData("null", "")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("\"\"", "")]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("1.0", "1")]
    [InlineData("1e3", "1000")]
    [InlineData("-12.25", "-12.25")]
    [InlineData("0.1", "0.1")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1.5e-6", "0.0000015")]
    [InlineData("123456789012345678", "123456789012345678")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1.25e22", "1.25e+22")]
    [InlineData("0.1234567890123456789", "0.1234567890123456789")]
    [InlineData("[1,\"a\",null,true,[2,3]]", "1,a,,true,2,3")]
    [InlineData("[]", "")]
    public void Values_have_one_text(string json, string expected) => Assert.Equal(expected, Rendered.Text("{{v}}", $$"""{"v":{{json}}}"""));

    [Fact]
    public void Clr_values_have_the_same_text_as_json()
    {
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["a"] = 1, ["b"] = 2L, ["c"] = 0.1, ["d"] = 1.50m, ["e"] = true, ["f"] = new List<object?> { "x", 1, null } } };
        Assert.Equal("1 2 0.1 1.5 true x,1,", PromptTemplate.Parse("{{a}} {{b}} {{c}} {{d}} {{e}} {{f}}").RenderText(context));
    }

    [Theory]
    [InlineData("Trip: {{trip}}", "trip")]
    [InlineData("{{#each list}}{{this}}{{/each}}", "this")]
    [InlineData("{{list}}", "list")]
    public void An_object_has_no_text_and_the_error_says_what_to_write(string template, string name)
    {
        var error = Rendered.Refused(template, """{"trip":{"to":"Rome"},"list":[{"to":"Rome"}]}""");
        Assert.Contains($"{{{{json {name}}}}}", error.Message, StringComparison.Ordinal);
        Assert.Equal(name, template[error.Span!.Value.Start..error.Span.Value.End]);
    }

    [Theory]
    [InlineData("{{json v}}", "{\"b\":1,\"a\":[1.5,\"é<>&'\",null],\"e\":{},\"l\":[]}")]
    [InlineData("{{json v.a indent=2}}", "[\n  1.5,\n  \"é<>&'\",\n  null\n]")]
    [InlineData("{{json v.e indent=2}}{{json v.l indent=2}}", "{}[]")]
    [InlineData("{{json missing}}", "null")]
    [InlineData("{{json \"a\\\"b\"}}", "\"a\\\"b\"")]
    [InlineData("{{json v.b indent=99}}", "1")]
    [InlineData("{{#if (json missing)}}text{{/if}}", "text")]
    public void Json_keeps_order_and_escapes_only_what_json_asks_for(string template, string expected) =>
        Assert.Equal(expected, Rendered.Text(template, """{"v":{"b":1.0,"a":[1.50,"é<>&'",null],"e":{},"l":[]}}"""));

    [Fact]
    public void Json_escapes_control_characters_and_halves_of_pairs_and_keeps_emoji()
    {
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["v"] = "\"\\\n\t\u0001\u00a0😀\ud83d" } };
        Assert.Equal("\"\\\"\\\\\\n\\t\\u0001\u00a0😀\\ud83d\"", PromptTemplate.Parse("{{json v}}").RenderText(context));
    }

    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("0", "false", false)]
    [InlineData("\"\"", "null", false)]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"A\"", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("null", "null", true)]
    [InlineData("[1,2]", "[1,2]", true)]
    public void Equality_converts_nothing(string a, string b, bool equal)
    {
        var text = Rendered.Text("{{#ifEquals a b}}same{{else}}other{{/ifEquals}} {{#unlessEquals a b}}other{{else}}same{{/unlessEquals}}", $$"""{"a":{{a}},"b":{{b}}}""");
        Assert.Equal(equal ? "same same" : "other other", text);
    }

    [Theory]
    [InlineData("{{#ifEquals a 1}}y{{/ifEquals}}")]
    [InlineData("{{#ifEquals a 1.0}}y{{/ifEquals}}")]
    [InlineData("{{#ifEquals s 's'}}y{{/ifEquals}}")]
    [InlineData("{{#ifEquals t true}}y{{/ifEquals}}")]
    [InlineData("{{#ifEquals missing null}}y{{/ifEquals}}")]
    [InlineData("{{#ifEquals missing undefined}}y{{/ifEquals}}")]
    [InlineData("{{#unlessEquals a '1'}}y{{/unlessEquals}}")]
    [InlineData("{{#ifEquals n -2.5}}y{{/ifEquals}}")]
    public void Values_compare_with_literals(string template) => Assert.Equal("y", Rendered.Text(template, """{"a":1,"s":"s","t":true,"n":-2.5}"""));
}
