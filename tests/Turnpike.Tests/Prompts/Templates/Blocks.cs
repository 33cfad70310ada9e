namespace Turnpike.Tests.Prompts.Templates;

public sealed class Blocks
{
    private const string Values = """{"yes":true,"no":false,"zero":0,"one":1,"empty":"","word":"w","none":[],"list":["a","b"],"people":[{"name":"Ada","tags":["x"]},{"name":"Bo","tags":[]}],"map":{"k1":"v1","k2":"v2"},"title":"T"}""";

    [Theory]
    [InlineData("yes", true)]
    [InlineData("word", true)]
    [InlineData("one", true)]
    [InlineData("list", true)]
    [InlineData("map", true)]
    [InlineData("no", false)]
    [InlineData("zero", false)]
    [InlineData("empty", false)]
    [InlineData("none", false)]
    [InlineData("missing", false)]
    public void If_and_unless_know_what_is_nothing(string name, bool isSomething)
    {
        Assert.Equal(isSomething ? "yes" : "no", Rendered.Text($"{{{{#if {name}}}}}yes{{{{else}}}}no{{{{/if}}}}", Values));
        Assert.Equal(isSomething ? "no" : "yes", Rendered.Text($"{{{{#unless {name}}}}}yes{{{{^}}}}no{{{{/unless}}}}", Values));
    }

    [Theory]
    [InlineData("{{#if no}}a{{else if zero}}b{{else if word}}c{{else}}d{{/if}}", "c")]
    [InlineData("{{#if no}}a{{else if zero}}b{{else}}d{{/if}}", "d")]
    [InlineData("{{#if no}}a{{else each list}}{{this}}{{/if}}", "ab")]
    [InlineData("{{#each none}}a{{else with map as |m|}}{{m.k1}}{{/each}}", "v1")]
    [InlineData("{{^if no}}a{{/if}}", "a")]
    [InlineData("{{#if zero includeZero=true}}zero counts{{/if}}", "zero counts")]
    [InlineData("{{#ifEquals word 'x'}}x{{else ifEquals word 'w'}}w{{/ifEquals}}", "w")]
    public void Else_may_go_on_with_another_block(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Theory]
    [InlineData("{{#each list}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}", "0a,1b")]
    [InlineData("{{#each list}}{{#if @first}}[{{/if}}{{.}}{{#if @last}}]{{/if}}{{/each}}", "[ab]")]
    [InlineData("{{#each map}}{{@key}}={{this}};{{/each}}", "k1=v1;k2=v2;")]
    [InlineData("{{#each list as |item i|}}{{i}}:{{item}} {{/each}}", "0:a 1:b ")]
    [InlineData("{{#each map as |value key|}}{{key}}:{{value}} {{/each}}", "k1:v1 k2:v2 ")]
    [InlineData("{{#each none}}x{{else}}nobody{{/each}}", "nobody")]
    [InlineData("{{#each missing}}x{{else}}nobody{{/each}}", "nobody")]
    [InlineData("{{#each word}}x{{else}}a text is no list{{/each}}", "a text is no list")]
    [InlineData("{{#each people}}{{name}}:{{#each tags}}{{this}}/{{../name}}/{{../../title}}/{{@../index}}{{/each}};{{/each}}", "Ada:x/Ada/T/0;Bo:;")]
    [InlineData("{{#each people as |p|}}{{#each p.tags as |t|}}{{p.name}}{{t}}{{/each}}{{/each}}", "Adax")]
    [InlineData("{{#each people}}{{#with name}}{{@../index}}{{@index}}{{this}}{{/with}}{{/each}}", "0Ada1Bo")]
    [InlineData("{{#each list}}{{this.length}}{{/each}}", "11")]
    public void Each_goes_through_lists_and_objects(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Theory]
    [InlineData("{{#with map}}{{k1}}{{../title}}{{/with}}", "v1T")]
    [InlineData("{{#with map as |m|}}{{m.k2}}{{title}}{{/with}}", "v2")]
    [InlineData("{{#with missing}}x{{else}}nothing{{/with}}", "nothing")]
    [InlineData("{{#with zero}}{{this}}{{/with}}", "0")]
    [InlineData("{{#with (lookup people 1)}}{{name}}{{/with}}", "Bo")]
    [InlineData("{{#with map}}{{../../../title}}|{{../..}}{{/with}}", "|")]
    public void With_enters_a_value(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Theory]
    [InlineData("{{#list}}{{.}}{{/list}}", "ab")]
    [InlineData("{{#people}}{{name}} {{/people}}", "Ada Bo ")]
    [InlineData("{{#map}}{{k1}}{{/map}}", "v1")]
    [InlineData("{{#yes}}{{title}}{{/yes}}", "T")]
    [InlineData("{{#no}}x{{else}}y{{/no}}{{^missing}}z{{/missing}}{{#none}}{{else}}w{{/none}}", "yzw")]
    [InlineData("{{^no}}a{{else}}b{{/no}}{{^yes}}a{{else}}b{{/yes}}", "ab")]
    [InlineData("{{#people as |p i|}}{{i}}{{p.name}}{{/people}}", "0Ada1Bo")]
    public void A_block_may_name_a_value(string template, string expected) => Assert.Equal(expected, Rendered.Text(template, Values));

    [Fact]
    public void Names_of_blocks_hide_variables_but_not_members_written_with_this() =>
        Assert.Equal("a:T b:T ", Rendered.Text("{{#each list as |title|}}{{title}}:{{../this.title}} {{/each}}", Values));
}
