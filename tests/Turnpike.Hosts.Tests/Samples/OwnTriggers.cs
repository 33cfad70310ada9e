using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Architecture;
using Turnpike.Triggers;

namespace Turnpike.Hosts.Tests.Samples;

/// <summary>A namespace that a host registers is run, completed and documented like those that ship with the product.</summary>
public sealed class OwnTriggers
{
    private static RunningServer Server() => new(services => services.AddSingleton<ITriggerNamespace, GlossaryTriggers>());

    [Theory]
    [InlineData("@.glossary.explain SLA, RPO; Hi", "system: SLA: what we promise in writing.\n\nRPO: how much work an outage may cost.")]
    [InlineData("@.word.explain SLA; Hi", "system: SLA: what we promise in writing.")]
    [InlineData("@.glossary.explain! SLA; Hi", "system: SLA: what we promise in writing.")]
    public async Task It_is_run(string content, string system)
    {
        await using var server = Server();
        await server.TurnAsync(new { content });
        Assert.Equal([system, "user: Hi"], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("@.gloss", "glossary", "@.glossary.")]
    [InlineData("@.glossary.ex", "explain", "@.glossary.explain ")]
    [InlineData("@.glossary.explain s", "SLA", "@.glossary.explain SLA;")]
    public async Task It_is_completed(string text, string label, string becomes)
    {
        await using var server = Server();
        var items = await server.JsonAsync(await server.PostAsync("/api/triggers/complete", new { text, caret = text.Length }));
        var item = items.GetProperty("items").EnumerateArray().First(one => one.GetProperty("label").GetString()!.Contains(label, StringComparison.Ordinal));
        Assert.StartsWith(becomes, text[..item.GetProperty("span").GetProperty("start").GetInt32()] + item.GetProperty("insertText").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task It_stands_in_the_catalog_and_in_help()
    {
        await using var server = Server();
        var entry = (await server.GetJsonAsync("/api/triggers")).EnumerateArray().Single(one => one.GetProperty("namespace").GetString() == "glossary");
        Assert.Equal(("explain", "word.explain", "words", true), (entry.GetProperty("method").GetString(), entry.GetProperty("aliases")[0].GetString(), entry.GetProperty("arguments")[0].GetProperty("name").GetString(), entry.GetProperty("arguments")[0].GetProperty("required").GetBoolean()));
        Assert.Contains("| `glossary.explain words…` | Tells the model what words mean. |", (await server.TurnAsync(new { content = "@.help glossary;" })).GetProperty("answer").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_triggers_shows_the_sample()
    {
        var sample = Repository.Read("tests", "Turnpike.Hosts.Tests", "Samples", "GlossaryTriggers.cs").ReplaceLineEndings("\n");
        var shown = sample[sample.IndexOf("public sealed class", StringComparison.Ordinal)..];
        Assert.Contains("```csharp\n" + shown + "```", Repository.Read("docs", "triggers.md").ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
