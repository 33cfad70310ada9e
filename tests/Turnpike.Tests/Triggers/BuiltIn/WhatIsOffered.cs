using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers.Completion;
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
}
