using FsCheck;
using FsCheck.Fluent;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers.Completion;

public sealed class CompletionAtTheCaret
{
    private static readonly TriggerCatalog Offering = new(
    [
        .. Catalog.Namespaces.Where(one => one.Name is "params" or "title" or "resource"),
        new Space("tools",
            Method("activate", new TriggerArgument { Name = "names", List = true, Required = true, Suggest = Values(ToolNames) }),
            Method("none"),
            Method("require", new TriggerArgument { Name = "name" })),
        new Space("model", Method("use", new TriggerArgument
        {
            Name = "model",
            Required = true,
            Suggest = (_, _) => ValueTask.FromResult<IReadOnlyList<TriggerSuggestion>>([new("openai/gpt-5", "GPT 5", "400k"), new("my model", "Mine"), new("local", WantsMore: true), new("odd(@.bad.luck")]),
        })),
        new Space("vars", Method("set", new TriggerArgument { Name = "values", Type = TriggerArgumentType.Pairs, Required = true, Suggest = Values(["city", "country"]) })),
        new Space("prompt", Method("use",
            new TriggerArgument { Name = "key", Required = true, Suggest = Values(["greet"]) },
            new TriggerArgument { Name = "variables", Type = TriggerArgumentType.Pairs, Suggest = (request, _) => ValueTask.FromResult<IReadOnlyList<TriggerSuggestion>>([new(request.Earlier[0] + "Name")]) }) with { Aliases = ["template.use"] }),
        new Space("bad", Method("luck", new TriggerArgument { Name = "x", Required = true, Suggest = (_, _) => throw new InvalidOperationException("broken") })),
    ]);

    private static readonly TriggerCompletion Completion = new(Offering, TriggerSyntax.Default);

    private static Func<TriggerSuggestionRequest, CancellationToken, ValueTask<IReadOnlyList<TriggerSuggestion>>> Values(string[] values) =>
        (_, _) => ValueTask.FromResult<IReadOnlyList<TriggerSuggestion>>([.. values.Select(value => new TriggerSuggestion(value))]);

    private static async Task<IReadOnlyList<CompletionItem>> At(string textWithCaret)
    {
        var caret = textWithCaret.IndexOf('|', StringComparison.Ordinal);
        return await Completion.CompleteAsync(textWithCaret.Remove(caret, 1), caret, TestContext.Current.CancellationToken);
    }

    private static string Accepted(string textWithCaret, CompletionItem item)
    {
        var text = textWithCaret.Replace("|", "", StringComparison.Ordinal);
        return text[..item.Span.Start] + item.InsertText + text[item.Span.End..];
    }

    [Theory]
    [InlineData("@.|", "params, resource, title, tools, model, vars, prompt, bad, help")]
    [InlineData("hi @.to|", "tools, params.top_p")]
    [InlineData("@.ol|", "tools")]
    [InlineData("@.tools.|", "tools.activate, tools.none, tools.require")]
    [InlineData("@.tools.n|", "tools.none")]
    [InlineData("@.to.act|", "tools.activate")]
    [InlineData("@.p.us|", "prompt.use")]
    [InlineData("@.template.|", "template.use")]
    [InlineData("@.te|", "params.temp, template.use")]
    [InlineData("@.activ|", "tools.activate")]
    [InlineData("@.tools.none; @.mod|", "model")]
    [InlineData("@.tools.activate a @.mod|", "model")]
    [InlineData("@.tools.activate \"a @.mod|", "model")]
    public async Task Names_are_offered_by_what_was_typed_on_both_sides_of_the_dot(string typed, string labels) =>
        Assert.Equal(labels, string.Join(", ", (await At(typed)).Select(item => item.Label)));

    [Theory]
    [InlineData("@|")]
    [InlineData("me@.to|")]
    [InlineData("`@.to|`")]
    [InlineData("```\n@.to|")]
    [InlineData("\\@.to|")]
    [InlineData("@.tools.none; to|")]
    [InlineData("@.tools.none\nto|")]
    [InlineData("@.tools.none to|")]
    [InlineData("@.foo.bar x|")]
    [InlineData("@.title.set we|")]
    [InlineData("@.system.set \"x @.to|\";")]
    [InlineData("@.bad.luck |")]
    [InlineData("|")]
    public async Task Nothing_is_offered_elsewhere(string typed) => Assert.Empty(await At(typed));

    [Theory]
    [InlineData("@.to| hi", "@.tools. hi")]
    [InlineData("@.hel|", "@.help;")]
    [InlineData("@.par|ams.temp 0.2", "@.params.temp 0.2")]
    [InlineData("@.params|.temp 0.2", "@.params.temp 0.2")]
    [InlineData("@.to|.activate webSearch;", "@.tools.activate webSearch;")]
    [InlineData("@.tools.act|! x", "@.tools.activate! x")]
    [InlineData("@.tools.no|!;", "@.tools.none!;")]
    [InlineData("@.tools.ac|", "@.tools.activate ")]
    [InlineData("@.tools.a|ct webSearch;", "@.tools.activate webSearch;")]
    [InlineData("@.tools.no| hello", "@.tools.none; hello")]
    [InlineData("@.tools.no|;", "@.tools.none;")]
    [InlineData("@.tools.req|", "@.tools.require;")]
    [InlineData("@.tools.activate |", "@.tools.activate webSearch;")]
    [InlineData("@.tools.activate web| hi", "@.tools.activate webSearch; hi")]
    [InlineData("@.tools.activate calculator, we|", "@.tools.activate calculator, webSearch;")]
    [InlineData("@.tools.activate calculator,we|b;", "@.tools.activate calculator,webSearch;")]
    [InlineData("@.tools.activate webSearch |", "@.tools.activate webSearch calculator;")]
    [InlineData("@.tools.activate webSearch,|", "@.tools.activate webSearch,calculator;")]
    [InlineData("@.tools.activate \"web|", "@.tools.activate \"webSearch\";")]
    [InlineData("@.tools.activate \"web|\"; x", "@.tools.activate \"webSearch\"; x")]
    [InlineData("@.tools.activate\n  web|", "@.tools.activate\n  webSearch;")]
    [InlineData("@.params.effort m|", "@.params.effort medium;")]
    [InlineData("@.params.effort effort=h|", "@.params.effort effort=high;")]
    [InlineData("@.params.web o|", "")]
    [InlineData("@.params.web t|", "@.params.web true;")]
    [InlineData("@.model.use gpt|", "@.model.use openai/gpt-5;")]
    [InlineData("@.model.use min|", "@.model.use \"my model\";")]
    [InlineData("@.model.use odd|", "@.model.use \"odd(@.bad.luck\";")]
    [InlineData("@.model.use loc|", "@.model.use local ")]
    [InlineData("@.resource.add a.md pol|", "@.resource.add a.md policy=")]
    [InlineData("@.resource.add a.md policy=s|", "@.resource.add a.md policy=sticky;")]
    [InlineData("@.vars.set ci|", "@.vars.set city=")]
    [InlineData("@.vars.set city=Paris co|", "@.vars.set city=Paris country=")]
    [InlineData("@.vars.set city=|", "")]
    [InlineData("@.prompt.use gr|", "@.prompt.use greet;")]
    [InlineData("@.prompt.use greet |", "@.prompt.use greet greetName=")]
    public async Task Accepting_the_first_item_goes_on_where_it_should(string typed, string accepted)
    {
        var items = await At(typed);
        Assert.Equal(accepted, items.Count == 0 ? "" : Accepted(typed, items[0]));
    }

    [Fact]
    public async Task Items_show_names_and_insert_ids() =>
        Assert.Equal(new CompletionItem("GPT 5", "openai/gpt-5;", new TextSpan(12, 14), "400k"), (await At("@.model.use gp|"))[0]);

    [Fact]
    public async Task What_was_given_is_not_offered_again() =>
        Assert.Equal(["calculator", "forecast"], (await At("@.tools.activate webSearch, |")).Select(item => item.Label));

    [Fact]
    public void No_text_and_no_caret_breaks_it()
    {
        var texts = Gen.Elements("@.", ";", "tools.activate ", "vars.set a=", "\"", "'", ",", " ", "\n", "`", "\\", "=", "web", "@.model.use").ListOf().Select(string.Concat);
        var carets = Gen.Choose(-1, 60);
        Prop.ForAll(texts.Zip(carets).ToArbitrary(), typed =>
        {
            var (text, caret) = typed;
            foreach (var item in Completion.CompleteAsync(text, caret, CancellationToken.None).AsTask().Result)
                Assert.True(item.Span.Start >= 0 && item.Span.Start <= item.Span.End && item.Span.End <= text.Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithQuietOnSuccess(true));
    }
}
