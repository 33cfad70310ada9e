namespace Turnpike.Tests.Prompts.Templates;

public sealed class WhiteSpace
{
    private const string Values = """{"yes":true,"no":false,"list":["a","b"],"name":"Ada"}""";

    [Theory]
    [InlineData("a\n{{#if yes}}\nb\n{{/if}}\nc", "a\nb\nc")]
    [InlineData("a\r\n  {{#if yes}}  \r\nb\r\n\t{{/if}}\r\nc", "a\r\nb\r\nc")]
    [InlineData("a\n{{#if no}}\nb\n{{else}}\nd\n{{/if}}\nc", "a\nd\nc")]
    [InlineData("{{#each list}}\n- {{this}}\n{{/each}}\nend", "- a\n- b\nend")]
    [InlineData("a\n  {{! note }}\nb", "a\nb")]
    [InlineData("a\n{{#if yes}} b\n{{/if}}\nc", "a\n b\nc")]
    [InlineData("a {{#if yes}}\nb {{/if}}\nc", "a \nb \nc")]
    [InlineData("a\n{{name}}\nb", "a\nAda\nb")]
    [InlineData("{{#if yes}}{{#if yes}}\nx\n{{/if}}{{/if}}\n", "\nx\n\n")]
    [InlineData("  {{#if yes}}\nx\n  {{/if}}  ", "x\n")]
    [InlineData("a\n\n{{#if yes}}\n\nb\n\n{{/if}}\n\nc", "a\n\n\nb\n\n\nc")]
    public void A_block_tag_alone_on_its_line_leaves_no_line(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Theory]
    [InlineData("a  {{~name~}}  b", "aAdab")]
    [InlineData("a \n\n {{~name}} b", "aAda b")]
    [InlineData("a {{name~}} \n\n b", "a Adab")]
    [InlineData("a {{~#if yes~}} b {{~else~}} c {{~/if~}} d", "abd")]
    [InlineData("a {{~{name}~}} b", "aAdab")]
    [InlineData("a {{~& name ~}} b", "aAdab")]
    [InlineData("a {{~! c ~}} b", "ab")]
    public void A_tilde_takes_the_white_space_on_its_side(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Theory]
    [InlineData("{{name}} ", "Ada ")]
    [InlineData("\n\n{{name}}\n\n", "\n\nAda\n\n")]
    public void All_other_white_space_stays(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Fact]
    public void A_partial_alone_on_an_indented_line_is_indented_as_a_whole() =>
        Assert.Equal("list:\n  - x\n  - y\nend", Rendered.Text("list:\n  {{> items}}\nend", "{}", new() { ["items"] = "- x\n- y\n" }));

    [Fact]
    public void A_partial_within_a_line_is_not_indented() =>
        Assert.Equal("a   x\ny b", Rendered.Text("a   {{> p}} b", "{}", new() { ["p"] = "x\ny" }));
}
