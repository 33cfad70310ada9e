namespace Turnpike.Tests.Prompts.Templates;

public sealed class Refusals
{
    [Theory]
    [InlineData("{{> (lookup . 'x')}}", "written out")]
    [InlineData("{{#> layout}}x{{/layout}}", "partial blocks")]
    [InlineData("{{#*inline \"x\"}}y{{/inline}}", "inline partials")]
    [InlineData("{{* deco}}", "decorators")]
    [InlineData("{{log \"x\"}}", "\"log\"")]
    [InlineData("{{log}}", "\"log\"")]
    [InlineData("{{#log}}{{/log}}", "\"log\"")]
    [InlineData("{{json (log x)}}", "\"log\"")]
    [InlineData("{{> @partial-block}}", "@partial-block")]
    [InlineData("{{> ../../secret}}", "../../secret")]
    [InlineData("{{{{raw}}}} x {{{{/raw}}}}", "raw blocks")]
    public void What_is_not_supported_is_named(string template, string name) => Assert.Contains(name, Rendered.Refused(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{shout name}}", "\"shout\"")]
    [InlineData("{{jsn name}}", "Did you mean \"json\"?")]
    [InlineData("{{#ech list}}{{/ech}}", "\"ech\"")]
    [InlineData("{{#foreach item in list}}{{/foreach}}", "\"foreach\"")]
    [InlineData("{{name | upper}}", "\"name\"")]
    [InlineData("{{json (shout x)}}", "\"shout\"")]
    [InlineData("{{json (role 'system')}}", "\"role\" cannot stand here")]
    [InlineData("{{#role 'system'}}x{{/role}}", "\"role\" has no body")]
    [InlineData("{{if x}}", "\"if\" needs a body")]
    [InlineData("{{call.me now}}", "\"call.me\"")]
    public void An_unknown_helper_is_an_error_when_the_template_is_read(string template, string part) => Assert.Contains(part, Rendered.Refused(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{role who}}", "written out")]
    [InlineData("{{role \"tool\"}}", "no role \"tool\"")]
    [InlineData("{{role \"System\"}}", "Did you mean \"system\"?")]
    [InlineData("{{role}}", "takes one role")]
    [InlineData("{{role \"system\" \"user\"}}", "takes one role")]
    [InlineData("{{history 5}}", "no arguments")]
    [InlineData("{{section name}}", "written out")]
    [InlineData("{{media photo}}", "url=")]
    [InlineData("{{media contentType=\"image/png\"}}", "url=")]
    [InlineData("{{media url=photo type=\"x\"}}", "\"type\"")]
    [InlineData("{{json}}", "one value")]
    [InlineData("{{json a b}}", "one value")]
    [InlineData("{{lookup a}}", "lookup names 0")]
    [InlineData("{{#ifEquals a}}{{/ifEquals}}", "two arguments")]
    [InlineData("{{#if a b}}{{/if}}", "one argument")]
    [InlineData("{{#if a include=1}}{{/if}}", "\"include\"")]
    [InlineData("{{#if a as |b|}}{{/if}}", "does not belong here")]
    [InlineData("{{#each a as |b c d|}}{{/each}}", "one name or two")]
    [InlineData("{{#each a as |b}}{{/each}}", "not closed with a bar")]
    [InlineData("{{> p a b}}", "one context")]
    [InlineData("{{> p a=1 a=2}}", "given twice")]
    public void A_helper_with_wrong_arguments_is_an_error_that_says_what_it_takes(string template, string part) => Assert.Contains(part, Rendered.Refused(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("abc {{name", 1, 5, "never closed")]
    [InlineData("abc\n {{name}", 2, 2, "never closed")]
    [InlineData("{{#if a}}\nx", 1, 1, "{{/if}}")]
    [InlineData("a\n\nx{{/if}}", 3, 2, "closes nothing")]
    [InlineData("{{#if a}}\n{{/each}}", 2, 1, "opened as \"if\"")]
    [InlineData("{{else}}", 1, 1, "outside of a block")]
    [InlineData("{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "second {{else}}")]
    [InlineData("{{}}", 1, 1, "nothing between")]
    [InlineData("{{  }}", 1, 1, "nothing between")]
    [InlineData("{{!-- never", 1, 1, "--}}")]
    [InlineData("{{a {{b}}", 1, 1, "before the next one")]
    [InlineData("{{json \"a}}", 1, 8, "never closed")]
    [InlineData("{{a..b}}", 1, 5, "cannot stand in a name")]
    [InlineData("{{a.this}}", 1, 9, "\"this\"")]
    [InlineData("{{a/../b}}", 1, 5, "cannot stand in a name")]
    [InlineData("{{json (lookup a b}}", 1, 8, "never closed")]
    [InlineData("{{#}}{{/}}", 1, 4, "a name is missing")]
    [InlineData("{{json a=1 b}}", 1, 12, "cannot follow")]
    public void A_mistake_is_shown_with_its_place(string template, int line, int column, string part)
    {
        var error = Rendered.Refused(template);
        Assert.StartsWith($"Line {line}, column {column} of the template: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.True(error.Span is { Start: >= 0 } span && span.End <= template.Length && span.Start <= span.End);
    }

    [Fact]
    public void Json_written_with_double_braces_says_how_to_write_it_literally() =>
        Assert.Contains("\\{{", Rendered.Refused("Answer {{\"a\": {{x}} }}").Message, StringComparison.Ordinal);
}
