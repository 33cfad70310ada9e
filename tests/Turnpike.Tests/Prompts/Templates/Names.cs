using Turnpike.Prompts.Templates;

namespace Turnpike.Tests.Prompts.Templates;

public sealed class Names
{
    private static TemplateNames Of(string template) => PromptTemplate.Parse(template).Names;

    [Theory]
    [InlineData("{{a}} {{b.c}} {{{d}}} {{&e}}", "a b d e")]
    [InlineData("{{#if a}}{{b}}{{else if c}}{{d}}{{else}}{{e}}{{/if}}", "a b c d e")]
    [InlineData("{{#each xs}}{{name}}{{this}}{{../y}}{{@root.z}}{{@index}}{{/each}}", "xs y z")]
    [InlineData("{{#each xs}}{{#each ys}}{{../a}}{{../../b}}{{../../../c}}{{/each}}{{/each}}", "b xs")]
    [InlineData("{{#each xs}}a{{else}}{{b}}{{/each}}", "b xs")]
    [InlineData("{{#each xs as |x i|}}{{x.y}}{{i}}{{../i}}{{/each}}", "i xs")]
    [InlineData("{{#with o as |p|}}{{p}}{{q}}{{/with}}{{p}}", "o p")]
    [InlineData("{{json a indent=b}}{{lookup c d}}{{media url=e contentType=f}}{{#ifEquals g h}}{{/ifEquals}}", "a b c d e f g h")]
    [InlineData("{{json (lookup (lookup a b) \"c\")}}", "a b")]
    [InlineData("{{#list}}{{inner}}{{/list}}{{^other}}{{top}}{{/other}}", "list other top")]
    [InlineData("{{> p a b=c}}", "a c")]
    [InlineData("{{this.a}}{{./b}}{{[c d]}}{{@state.x}}{{this}}", "a b c d")]
    [InlineData("\\{{a}}{{! {{b}} }}{{\"c\"}}{{input}}", "c input")]
    public void The_variables_that_a_template_uses_are_known_without_rendering(string template, string expected) =>
        Assert.Equal(expected, string.Join(' ', Of(template).Variables.Keys.Order()));

    [Fact]
    public void Each_use_has_its_place()
    {
        const string Template = "Dear {{ name }}, {{#if (lookup flags 'x')}}{{name.first}}{{/if}}";
        Assert.Equal(["name", "flags", "name.first"], Of(Template).Uses.Select(use => Template[use.Span.Start..use.Span.End]));
        Assert.Equal(2, Of(Template).Variables["name"].Count);
    }

    [Fact]
    public void A_use_in_a_block_or_asked_about_may_be_absent_on_purpose() =>
        Assert.Equal(["a:False", "b:True", "c:True", "d:False", "e:True", "f:False"], Of("{{a}}{{#if b}}{{c}}{{/if}}{{#each d}}{{@root.e}}{{/each}}{{f}}").Uses.Select(use => $"{use.Name}:{use.IsConditional}"));

    [Fact]
    public void A_use_between_fences_is_marked() =>
        Assert.Equal(["a:False", "b:True", "c:False"], Of("{{a}}\n```yaml\nx: {{b}}\n```\n{{c}}").Uses.Select(use => $"{use.Name}:{use.IsFenced}"));

    [Theory]
    [InlineData("{{history}}", true, false, false)]
    [InlineData("{{#if x}}{{history}}{{/if}}", true, false, true)]
    [InlineData("{{#if x}}{{role \"user\"}}{{/if}}", false, false, true)]
    [InlineData("{{role \"user\"}}{{#if x}}{{input}}{{/if}}", false, true, false)]
    [InlineData("x", false, false, false)]
    public void Places_of_history_and_typed_text_are_known(string template, bool history, bool input, bool inner)
    {
        var names = Of(template);
        Assert.Equal((history, input, inner), (names.HasHistory, names.HasInput, names.HasInnerStructure));
    }

    [Fact]
    public void Partials_are_known() => Assert.Equal(["a", "b/c"], Of("{{> a}}{{#if x}}{{> b/c y}}{{> a}}{{/if}}").Partials);

    [Fact]
    public void Names_of_helpers_are_reserved() => Assert.Superset(new HashSet<string> { "role", "history", "media", "section", "json", "if", "each", "with", "lookup", "log", "ifEquals" }, PromptTemplate.ReservedNames.ToHashSet());
}
