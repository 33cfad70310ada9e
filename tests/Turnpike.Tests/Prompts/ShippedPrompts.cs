using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts;

public sealed class ShippedPrompts
{
    public static TheoryData<string> Keys => ["commit-message", "explain-code", "extract-json", "summarize", "translate"];

    [Fact]
    public void Are_these_five() => Assert.Equal(Keys.Select(key => key.Data), BuiltInPrompts.All.Select(prompt => prompt.Key));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task Stand_behind_the_kept_ones_on_pages_of_any_size(int limit)
    {
        var store = new BuiltInPrompts(new InMemoryPromptStore(TimeProvider.System));
        foreach (var key in (string[])["own", "summarize"]) await store.SaveAsync(new PromptBuilder(key).User("Hi").Tags("Built-In").Build(), null, TestContext.Current.CancellationToken);
        var listed = new List<string>();
        for (var query = new PromptQuery { Limit = limit, Tag = "BUILT-IN" }; ;)
        {
            var page = await store.ListAsync(query, TestContext.Current.CancellationToken);
            Assert.InRange(page.Data.Count, page.Next is null ? 0 : 1, limit);
            listed.AddRange(page.Data.Select(prompt => prompt.Key));
            if (page.Next is null) break;
            query = query with { After = page.Next };
        }
        Assert.Equal(["own", "summarize"], listed[..2].Order(StringComparer.Ordinal));
        Assert.Equal(["commit-message", "explain-code", "extract-json", "translate"], listed[2..]);
    }

    [Fact]
    public async Task Have_a_history_under_their_ids_too()
    {
        var store = new BuiltInPrompts(new InMemoryPromptStore(TimeProvider.System));
        var shipped = BuiltInPrompts.All[0];
        Assert.Equal(shipped.Hash, Assert.Single(await store.VersionsAsync(BuiltInPrompts.IdOf(shipped), TestContext.Current.CancellationToken)).Hash);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Say_what_they_and_their_variables_are_for(string key)
    {
        var prompt = BuiltInPrompts.All.Single(one => one.Key == key);
        Assert.False(string.IsNullOrEmpty(prompt.Title) || string.IsNullOrEmpty(prompt.Description));
        Assert.NotEmpty(prompt.Variables);
        Assert.All(prompt.Variables, variable => Assert.False(string.IsNullOrEmpty(variable.Description) || string.IsNullOrEmpty(variable.Label)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Send_a_system_text_and_exactly_what_was_typed(string key)
    {
        await using var road = new Road(builder => builder.AddBuiltInPrompts());
        road.Model.Says("ok");
        var variables = BuiltInPrompts.All.Single(one => one.Key == key).Variables.Where(variable => variable.Required).ToDictionary(variable => variable.Name, _ => System.Text.Json.JsonSerializer.SerializeToElement("French"));
        await road.RunAsync(new TurnRequest { Prompt = key, Content = "Typed {{text}}", Variables = variables });
        var sent = road.Model.Last.Messages;
        Assert.Equal(["system", "user"], sent.Select(message => message.Role.Value));
        Assert.Equal("Typed {{text}}", sent[1].Text);
        Assert.DoesNotContain("{{", sent[0].Text, StringComparison.Ordinal);
        Assert.Equal(sent[0].Text.Trim(), sent[0].Text);
    }
}
