using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>Completion of the built-in triggers, by what is registered and kept.</summary>
public sealed class WhatIsOffered
{
    [Theory]
    [InlineData("@.tools.activate ", "calculate → calculate;, calculator → calculator;, current_time → current_time;, webSearch → webSearch;")]
    [InlineData("@.tools.activate calculator, ", "calculate → calculate;, current_time → current_time;, webSearch → webSearch;")]
    [InlineData("@.model.use ", "small → small;, test/model → test/model;")]
    [InlineData("@.prompt.use ", "Translate a text → translate ")]
    [InlineData("@.template.use translate ", "language → language=, tone → tone=")]
    [InlineData("@.template.use translate tone=x ", "language → language=")]
    [InlineData("@.params.effort h", "high → high;, xhigh → xhigh;")]
    [InlineData("@.params.reset topP, temp", "temperature → temperature;, temp → temp;")]
    [InlineData("@.help too", "tools → tools;")]
    [InlineData("@.vars.set ", "")]
    public async Task Values_come_from_what_is_registered_and_kept(string text, string items)
    {
        await using var road = new Road(builder =>
        {
            builder.AddTool((string query) => "found", "webSearch").AddTool((string sum) => "4", "calculator");
            builder.Services.Configure<ModelCatalogOptions>(options => options.Aliases["small"] = "test/model");
        });
        await road.SaveAsync(new Prompt
        {
            Key = "translate",
            Title = "Translate a text",
            Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "To {{language}}, {{tone}}" }] }],
            Variables = [new() { Name = "language", Required = true }],
            InferVariables = true,
        });
        var offered = await road.Get<TriggerCompletion>().CompleteAsync(text, text.Length, TestContext.Current.CancellationToken);
        Assert.Equal(items, string.Join(", ", offered.Select(item => $"{item.Label} → {item.InsertText}")));
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task Behind_a_key_stand_its_labels_and_versions()
    {
        await using var road = new Road();
        var prompt = new Prompt { Key = "greet", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Hi" }] }] };
        await road.SaveAsync(prompt);
        await road.SaveAsync(prompt with { Model = "test/model" });
        await road.Get<IPromptStore>().LabelAsync("greet", "staging", 1, false, TestContext.Current.CancellationToken);
        const string Text = "@.prompt.use greet@";
        var offered = await road.Get<TriggerCompletion>().CompleteAsync(Text, Text.Length, TestContext.Current.CancellationToken);
        Assert.Empty(((string[])["greet@staging;", "greet@2;", "greet@1;"]).Except(offered.Select(item => item.InsertText)));
    }

    [Fact]
    public async Task What_a_conversation_has_can_be_dropped_by_its_title()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Content = "One", Resources = [new() { Id = "res_1", Kind = "text", Title = "notes", Text = "N", Policy = ResourcePolicy.Sticky }] });
        const string Text = "@.resource.drop ";
        var offered = await road.Get<TriggerCompletion>().CompleteAsync(Text, Text.Length, null, await road.ConversationAsync(first.Conversation), TestContext.Current.CancellationToken);
        Assert.Equal(("notes", "res_1;"), (Assert.Single(offered).Label, offered[0].InsertText));
    }
}
