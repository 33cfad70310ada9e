using Turnpike.Prompts.Templates;

namespace Turnpike.Tests.Prompts.Templates;

public sealed class Partials
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["hi"] = "Hi {{name}}{{#if title}} ({{title}}){{/if}}",
        ["item"] = "{{@index}}{{this}}",
        ["up"] = "[{{../name}}{{@root.name}}]",
        ["sys"] = "{{role \"system\"}}Be {{tone}}.{{role \"user\"}}",
        ["a/b-c.d"] = "deep",
        ["outer"] = "<{{> hi}}>",
    };

    [Theory]
    [InlineData("{{> hi}}", "Hi Ada")]
    [InlineData("{{>hi}}", "Hi Ada")]
    [InlineData("{{> hi title=\"Dr\"}}", "Hi Ada (Dr)")]
    [InlineData("{{> hi name=other}}", "Hi Bo")]
    [InlineData("{{> hi user}}", "Hi Cy")]
    [InlineData("{{> hi user title='x' name = (lookup list 0)}}", "Hi a (x)")]
    [InlineData("{{> hi missing}}", "Hi ")]
    [InlineData("{{#each list}}{{> item}} {{/each}}", "0a 1b ")]
    [InlineData("{{#with user}}{{> up}}{{/with}}", "[Ada]")]
    [InlineData("{{#each list as |name|}}{{> hi @root}}{{/each}}", "Hi AdaHi Ada")]
    [InlineData("{{> a/b-c.d}}{{> \"a/b-c.d\"}}", "deepdeep")]
    [InlineData("{{> outer}}", "<Hi Ada>")]
    public void A_partial_sees_its_context_and_its_arguments(string template, string expected) =>
        Assert.Equal(expected, Rendered.Text(template, """{"name":"Ada","other":"Bo","user":{"name":"Cy"},"list":["a","b"]}""", Known));

    [Fact]
    public void A_partial_may_make_structure() =>
        Assert.Equal(["system: Be kind.", "user: go"], Rendered.Messages("{{> sys tone=t}}go", Rendered.Context("""{"t":"kind"}""", Known)));

    [Fact]
    public void A_partial_that_there_is_not_is_an_error_that_names_the_key() => Assert.Contains("\"_none\"", Rendered.Refused("x {{> none}}").Message, StringComparison.Ordinal);

    [Fact]
    public void An_error_inside_a_partial_shows_the_place_in_the_partial() =>
        Assert.StartsWith("Line 2, column 3 ", Rendered.Refused("{{> p}}", """{"o":{}}""", new() { ["p"] = "\n{{o}}" }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_tree_may_be_rendered_by_a_partial_that_includes_itself_as_long_as_it_ends() =>
        Assert.Equal("1(2(3))", Rendered.Text("{{> node tree}}", """{"tree":{"v":1,"next":{"v":2,"next":{"v":3}}}}""", new() { ["node"] = "{{v}}{{#if next}}({{> node next}}){{/if}}" }));

    [Fact]
    public void Partials_that_include_each_other_without_end_are_stopped() =>
        Assert.Contains("32", Rendered.Limited(() => Rendered.Text("{{> a}}", "{}", new() { ["a"] = "x{{> b}}", ["b"] = "{{> a}}" })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_cycle_of_partials_is_found_without_rendering()
    {
        var partials = new Dictionary<string, string> { ["a"] = "{{> b}}", ["b"] = "{{#if no}}{{> a}}{{/if}}" };
        var error = Assert.Throws<Turnpike.Turns.TurnException>(() => Graph(partials).VariablesOf(PromptTemplate.Parse("{{> a}}")));
        Assert.Contains("a → b → a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variables_of_partials_are_variables_of_the_prompt_unless_the_place_gives_them()
    {
        var graph = Graph(new() { ["p"] = "{{x}}{{y}}{{#each zs}}{{inner}}{{/each}}{{@root.r}}", ["q"] = "{{> p x=1}}{{w}}" });
        Assert.Equal(["r", "x", "y", "zs"], graph.VariablesOf(PromptTemplate.Parse("{{> p}}")).Order());
        Assert.Equal(["r", "v", "y", "zs"], graph.VariablesOf(PromptTemplate.Parse("{{> p x=v}}")).Order());
        Assert.Equal(["o", "r"], graph.VariablesOf(PromptTemplate.Parse("{{> p o}}")).Order());
        Assert.Equal(["r", "v", "y", "zs"], graph.VariablesOf(PromptTemplate.Parse("{{> p x=v}}{{> p x=v y=v}}")).Order());
        Assert.Equal(["o", "r", "v", "x", "zs"], graph.VariablesOf(PromptTemplate.Parse("{{> p y=v}}{{> p o}}{{> p x=v y=v r=v}}")).Order());
        Assert.Equal(["r", "w", "y", "zs"], graph.VariablesOf(PromptTemplate.Parse("{{> q}}")).Order());
        Assert.Equal(["list", "r"], graph.VariablesOf(PromptTemplate.Parse("{{#each list}}{{> p}}{{/each}}")).Order());
        Assert.Equal(["r", "x", "y", "zs"], graph.VariablesOf(PromptTemplate.Parse("{{> p this}}{{> p @root}}")).Order());
    }

    [Fact]
    public void What_is_read_by_root_is_a_variable_of_the_prompt_wherever_it_stands()
    {
        var graph = Graph(new() { ["p"] = "{{@root.lang}}", ["q"] = "{{> p}}" });
        Assert.Equal(["lang"], graph.VariablesOf(PromptTemplate.Parse("{{> p lang=\"en\"}}")).Order());
        Assert.Equal(["lang", "trips"], graph.VariablesOf(PromptTemplate.Parse("{{#each trips}}{{> q}}{{/each}}")).Order());
        Assert.Equal(["name"], graph.VariablesOf(PromptTemplate.Parse("{{#with @root}}{{name}}{{/with}}")).Order());
        Assert.Equal("Ann", Rendered.Text("{{#with @root}}{{name}}{{/with}}", """{"name":"Ann"}"""));
    }

    private static PartialGraph Graph(Dictionary<string, string> partials) => new(name => partials.TryGetValue(name, out var source) ? PromptTemplate.Parse(source) : null);
}
