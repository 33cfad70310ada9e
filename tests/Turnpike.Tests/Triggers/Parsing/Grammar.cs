using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers.Parsing;

public sealed class Grammar
{
    [Theory]
    [InlineData("@.tools.activate webSearch; What changed?", "tools.activate[webSearch]")]
    [InlineData("@.tools.none;", "tools.none[]")]
    [InlineData("@.tools.none ;", "tools.none[]")]
    [InlineData("@.TOOLS.Activate webSearch;", "tools.activate[webSearch]")]
    [InlineData("@.help;", "help.show[]")]
    [InlineData("@.help tools;", "help.show[tools]")]
    [InlineData("@.params.top_p 0.5;", "params.top_p[0.5]")]
    [InlineData("@.params.temp   0.2  ;", "params.temp[0.2]")]
    [InlineData("@.params.temp temperature=0.2;", "params.temp[temperature=0.2]")]
    [InlineData("@.params.effort HIGH;", "params.effort[HIGH]")]
    [InlineData("@.params.web off;", "params.web[off]")]
    [InlineData("@.template.use greet;", "prompt.use[greet]")]
    [InlineData("@.prompt.apply greet;", "prompt.use[greet]")]
    [InlineData("@.vfs.add notes.md;", "resource.add[notes.md]")]
    [InlineData("@.tools.none; and @.params.temp 1;", "tools.none[] params.temp[1]")]
    public void A_trigger_is_start_name_arguments_and_end(string text, string runs) => Assert.Equal(runs, Run(text));

    [Theory]
    [InlineData("@.system.set \"be brief; be kind\";", "be brief; be kind")]
    [InlineData("@.system.set 'it is \"so\"';", "it is \"so\"")]
    [InlineData("""@.system.set "say \"hi\" \'there\' \\ \n";""", """say "hi" 'there' \ \n""")]
    [InlineData("@.system.set \"one\ntwo\n\nthree\";", "one\ntwo\n\nthree")]
    [InlineData("@.system.set don't;", "don't")]
    [InlineData("@.system.set \"see @.tools.none; there\";", "see @.tools.none; there")]
    [InlineData("@.system.set me@.tools.none;", "me@.tools.none")]
    [InlineData("@.system.set text=\"a b\";", "text=a b")]
    public void A_value_is_a_word_or_quoted(string text, string value) =>
        Assert.Equal(value, Assert.Single(Assert.Single(Parse(text).Triggers, trigger => trigger.IsAccepted).Values).ToString());

    [Theory]
    [InlineData("@.vars.set city=Paris;", "vars.set[city=Paris]")]
    [InlineData("@.vars.set city=\"New York\" _x='1;2' y=;", "vars.set[city=New York|_x=1;2|y=]")]
    [InlineData("@.prompt.use greet@7 name=Bob key=5;", "prompt.use[greet@7|name=Bob|key=5]")]
    [InlineData("@.resource.add a.md policy=sticky;", "resource.add[a.md|policy=sticky]")]
    [InlineData("@.resource.add https://x.org/?a=1&b=2;", "resource.add[https://x.org/?a=1&b=2]")]
    public void Pairs_are_a_name_and_a_value(string text, string runs) => Assert.Equal(runs, Run(text));

    [Theory]
    [InlineData("@.tools.activate a,b;", "tools.activate[a|b]")]
    [InlineData("@.tools.activate a b;", "tools.activate[a|b]")]
    [InlineData("@.tools.activate a, b ,c,,d;", "tools.activate[a|b|c|d]")]
    [InlineData("@.tools.activate \"a,b\",'c' d,\"e f\";", "tools.activate[a,b|c|d|e f]")]
    [InlineData("@.tools.activate names=a,b;", "tools.activate[names=a|names=b]")]
    public void A_list_splits_on_commas_outside_quotes(string text, string runs) => Assert.Equal(runs, Run(text));

    [Theory]
    [InlineData("@.title.set My new title;", "My new title")]
    [InlineData("@.title.set \"My; title\";", "My; title")]
    [InlineData("@.title.set a=b \"c\" d;", "a=b \"c\" d")]
    [InlineData("@.title.set a=b;", "a=b")]
    [InlineData("@.title.set about \\@.tools;", "about @.tools")]
    public void A_text_takes_the_rest(string text, string value) =>
        Assert.Equal(value, Assert.Single(Assert.Single(Parse(text).Triggers, trigger => trigger.IsAccepted).Values).ToString());

    [Theory]
    [InlineData("@.tools.activate! webSearch;", "tools.activate![webSearch]")]
    [InlineData("@.tools.none!;", "tools.none![]")]
    [InlineData("@.tools.none! ;", "tools.none![]")]
    [InlineData("@.title.set! x;", "")]
    [InlineData("@.tools.none!!;", "")]
    public void An_exclamation_mark_makes_it_sticky(string text, string runs) => Assert.Equal(runs, Run(text));

    [Theory]
    [InlineData("@.tools.activate\nwebSearch;", "tools.activate[webSearch]")]
    [InlineData("@.tools.activate webSearch,\r\n  calculator;", "tools.activate[webSearch|calculator]")]
    [InlineData("@.tools.activate unheard\nof;", "tools.activate[unheard|of]")]
    [InlineData("@.tools.activate\n\nwebSearch;", "")]
    [InlineData("@.tools.activate\nwebSearch", "")]
    [InlineData("@.tools.activate\n```\nfoo();\n```", "")]
    public void White_space_may_be_one_line_break_when_an_end_comes(string text, string runs) => Assert.Equal(runs, Run(text));
}
