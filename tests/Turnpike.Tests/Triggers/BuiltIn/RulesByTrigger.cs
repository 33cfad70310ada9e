using Turnpike.Tests.Scripted;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>Rules and tags, chosen in the typed text.</summary>
public sealed class RulesByTrigger
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<Road> RoadAsync()
    {
        var road = new Road();
        var store = road.Get<ISettingsStore>();
        await store.SaveRuleAsync(new() { Name = "always", Content = "ALWAYS", AlwaysOn = true }, Cancellation);
        await store.SaveRuleAsync(new() { Name = "brief", Content = "BRIEF\nvery", Tags = ["voice"] }, Cancellation);
        await store.SaveRuleAsync(new() { Name = "kind", Content = "KIND", Tags = ["voice"] }, Cancellation);
        await store.SaveRuleAsync(new() { Name = "our house style", Content = "HOUSE" }, Cancellation);
        await store.SaveTagAsync(new() { Name = "two words", Rules = ["kind"] }, Cancellation);
        return road;
    }

    [Theory]
    [InlineData("Hi", "always")]
    [InlineData("@.rules.select kind; Hi", "always,kind")]
    [InlineData("@.rules.select kind\nHi", "always,kind")]
    [InlineData("@.rules.select KIND, brief; Hi", "always,brief,kind")]
    [InlineData("@.rules.select kind brief\nHi", "always,brief,kind")]
    [InlineData("@.rules.select \"our house style\" tag:voice\nHi", "always,brief,kind,our house style")]
    [InlineData("@.rules.select kind; @.tags.deselect voice \"two words\"\nHi", "always")]
    [InlineData("@.rules.select \"our house style\"; Hi", "always,our house style")]
    [InlineData("@.rules.select tag:voice; Hi", "always,brief,kind")]
    [InlineData("@.rules.select kind; @.rules.deselect kind; Hi", "always")]
    [InlineData("@.rules.deselect always; Hi", "")]
    [InlineData("@.rules.none; Hi", "")]
    [InlineData("@.rules.none; @.rules.select kind; Hi", "kind")]
    [InlineData("@.rules.select kind; @.rules.none; Hi", "")]
    [InlineData("@.tags.select voice; Hi", "always,brief,kind")]
    [InlineData("@.tags.select Voice; @.rules.deselect kind; Hi", "always,brief")]
    [InlineData("@.rules.deselect kind; @.tags.select voice; Hi", "always,brief,kind")]
    [InlineData("@.rules.select kind; @.tags.deselect voice; Hi", "always")]
    [InlineData("@.tags.deselect voice; @.rules.select kind; Hi", "always,kind")]
    [InlineData("@.tags.select voice; @.tags.deselect voice; Hi", "always")]
    public async Task The_rules_are_those_that_were_typed_for(string content, string rules)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(content);
        Assert.Equal(rules, string.Join(',', turn.Rules.Select(rule => rule.Name)));
        Assert.Equal("user: Hi", road.Model.Last.Transcript[^1]);
        Assert.All(turn.Triggers, trigger => Assert.Equal("applied", trigger.Outcome));
    }

    [Theory]
    [InlineData("@.rules.select kind after\nHi")]
    [InlineData("@.tags.select voice please\nHi")]
    [InlineData("@.resource.drop notes please\nHi")]
    public async Task Names_at_the_end_of_a_line_are_told_from_prose(string content)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(new TurnRequest { Content = content, Resources = [new() { Kind = "text", Title = "notes", Text = "N" }] });
        Assert.Contains(content, road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Contains("is not known as", Assert.Single(turn.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_attached_is_known_at_the_end_of_a_line()
    {
        await using var road = await RoadAsync();
        await road.RunAsync(new TurnRequest { Content = "@.resource.drop notes plans\nHi", Resources = [new() { Kind = "text", Title = "notes", Text = "N" }, new() { Kind = "text", Title = "plans", Text = "P" }] });
        Assert.Equal("user: Hi", road.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData("@.rules.deselect kind; Hi", "always")]
    [InlineData("@.tags.deselect voice; Hi", "always")]
    [InlineData("@.rules.none; Hi", "")]
    public async Task What_the_request_asked_for_can_be_left_out(string content, string rules)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(new TurnRequest { Content = content, Rules = ["kind"] });
        Assert.Equal(rules, string.Join(',', turn.Rules.Select(rule => rule.Name)));
    }

    [Theory]
    [InlineData("@.rules.select kint; Hi", "There is no rule \"kint\". Did you mean \"kind\"?")]
    [InlineData("@.tags.select voise; Hi", "There is no tag \"voise\". Did you mean \"voice\"?")]
    public async Task A_trigger_with_an_unknown_name_stays_text(string content, string message)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(content);
        Assert.Equal("user: " + content, road.Model.Last.Transcript[^1]);
        Assert.Contains(message, Assert.Single(turn.Warnings).Message);
    }

    [Fact]
    public async Task A_sticky_choice_holds_for_the_conversation()
    {
        await using var road = await RoadAsync();
        var first = await road.RunAsync("@.rules.select! kind; One");
        var second = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Two" });
        Assert.Equal(["always", "kind"], second.Rules.Select(rule => rule.Name));
    }

    [Theory]
    [InlineData("@.rules.select ki", "kind → kind;")]
    [InlineData("@.rules.select kind, b", "brief → brief;")]
    [InlineData("@.rules.deselect our", "our house style → \"our house style\";")]
    [InlineData("@.tags.select ", "two words → \"two words\";, voice → voice;")]
    public async Task Kept_names_are_offered(string text, string items)
    {
        await using var road = await RoadAsync();
        var offered = await road.Get<TriggerCompletion>().CompleteAsync(text, text.Length, Cancellation);
        Assert.Equal(items, string.Join(", ", offered.Select(item => $"{item.Label} → {item.InsertText}")));
    }
}
