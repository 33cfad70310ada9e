using Turnpike.Prompts.Templates;

namespace Turnpike.Tests.Prompts.Templates;

public sealed class Placeholders
{
    [Theory]
    [InlineData("Hello {{name}}!", "Hello Ada!")]
    [InlineData("Hello {{ name }}!", "Hello Ada!")]
    [InlineData("Hello {{{name}}}!", "Hello Ada!")]
    [InlineData("Hello {{&name}}!", "Hello Ada!")]
    [InlineData("Hello {{\n\tname\n}}!", "Hello Ada!")]
    [InlineData("{{[name]}}{{this.name}}{{./name}}{{this/name}}{{@root.name}}", "AdaAdaAdaAdaAda")]
    [InlineData("{name} { name } }} {", "{name} { name } }} {")]
    [InlineData("{{missing}}{{missing.of.that}}{{@nothing}}{{@nothing.at.all}}", "")]
    [InlineData("", "")]
    public void Braces_give_way_to_the_value(string template, string expected) =>
        Assert.Equal(expected, Rendered.Text(template, """{"name":"Ada"}"""));

    [Theory]
    [InlineData(@"\{{name}}", "{{name}}")]
    [InlineData(@"\{{name}} {{name}} \{{name}}", "{{name}} Ada {{name}}")]
    [InlineData(@"\\{{name}}", @"\Ada")]
    [InlineData(@"\{{{name}}}", "{{{name}}}")]
    [InlineData(@"a\b \\ c", @"a\b \\ c")]
    [InlineData(@"{{name}}\{{#if x}}", "Ada{{#if x}}")]
    public void A_backslash_makes_braces_literal(string template, string expected) =>
        Assert.Equal(expected, Rendered.Text(template, """{"name":"Ada"}"""));

    [Theory]
    [InlineData("{{x}}")]
    [InlineData("{{{x}}}")]
    [InlineData("{{#if x}}")]
    [InlineData("$& $1 $$ \\0")]
    [InlineData("<b>&amp; \"quoted\" 'single' `code` =</b>")]
    [InlineData("\\{{x}} \r\n\t  ")]
    public void A_value_arrives_as_it_is_and_is_never_read_as_a_template(string value)
    {
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["x"] = value, ["y"] = value } };
        Assert.Equal($"[{value}][{value}]", PromptTemplate.Parse("[{{x}}][{{y}}]").RenderText(context));
    }

    [Theory]
    [InlineData("a{{! a comment }}b", "ab")]
    [InlineData("a{{!-- {{not}} a }} tag --}}b", "ab")]
    [InlineData("a{{!}}b{{!--}}c{{!----}}d", "abcd")]
    [InlineData("a{{! \" ' [ }}b", "ab")]
    [InlineData("a {{~!-- both sides --~}} b", "ab")]
    public void Comments_leave_nothing(string template, string expected) => Assert.Equal(expected, Rendered.Text(template));

    [Theory]
    [InlineData("{{user.name}} {{user/name}} {{user.[first name]}} {{user.tags.0}} {{user.tags.[1]}} {{user.tags.length}}", "Ada Ada A. x y 2")]
    [InlineData("{{user.name.length}}", "3")]
    [InlineData("{{user.tags.9}}{{user.tags.-1}}{{user.tags.name}}{{user.name.0}}", "")]
    [InlineData("{{lookup user.tags 1}}{{lookup user \"name\"}}{{lookup user key}}", "yAdaAda")]
    [InlineData("{{lookup (lookup people 1) \"name\"}}", "Bo")]
    public void Members_and_items_are_reached_by_paths(string template, string expected) =>
        Assert.Equal(expected, Rendered.Text(template, """{"user":{"name":"Ada","first name":"A.","tags":["x","y"]},"key":"name","people":[{"name":"Al"},{"name":"Bo"}]}"""));

    [Fact]
    public void A_literal_that_stands_alone_is_a_name() =>
        Assert.Equal("one two three", Rendered.Text("{{12}} {{true}} {{\"a b\"}}", """{"12":"one","true":"two","a b":"three"}"""));

    [Fact]
    public void Members_of_other_objects_are_never_read()
    {
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["u"] = new Uri("http://secret/"), ["t"] = typeof(string) } };
        Assert.Equal("||", PromptTemplate.Parse("{{u.Host}}|{{t.Assembly}}|{{t.FullName.length}}").RenderText(context));
    }

    [Fact]
    public void Data_behind_an_at_sign_comes_from_the_context()
    {
        var context = Rendered.Context("""{"city":"Rome"}""") with { Data = new Dictionary<string, object?> { ["state"] = new Dictionary<string, object?> { ["mood"] = "good" }, ["user"] = "ada" } };
        Assert.Equal("good ada  Rome", PromptTemplate.Parse("{{@state.mood}} {{@user}} {{@auth.email}} {{#with @state}}{{@root.city}}{{/with}}").RenderText(context));
    }

    [Fact]
    public void One_template_renders_on_many_threads_at_once()
    {
        var template = PromptTemplate.Parse("{{#each list}}{{@index}}{{this}}{{name}} {{/each}}{{name}}");
        Parallel.For(0, 200, i => Assert.EndsWith($"n{i}", template.RenderText(Rendered.Context($$"""{"list":[1,2,3],"name":"n{{i}}"}""")), StringComparison.Ordinal));
    }
}
