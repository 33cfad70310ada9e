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
