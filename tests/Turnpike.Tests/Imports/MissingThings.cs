using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Imports;

/// <summary>A conversation that was exported elsewhere tells what it names and is not here.</summary>
public sealed class MissingThings
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<string> ExportedAsync()
    {
        await using var road = new Road();
        var settings = road.Get<ISettingsStore>();
        foreach (var name in (string[])["House", "Own"]) await settings.AddRuleAsync(new() { Id = "rule_" + name, Name = name, Content = "Be kind." }, Cancellation);
        await settings.SaveProjectAsync(new() { Id = "proj_docs", Name = "Docs" }, Cancellation);
        await road.SaveAsync(new Prompt { Key = "greet", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Hi" }] }], Rules = ["House"] });
        var turn = await road.RunAsync(new TurnRequest { Prompt = "greet", Project = "proj_docs" });
        var conversation = (await road.ConversationAsync(turn.Conversation)) with { Rules = NameSelection.Adding(["Own"]) };
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(stream)) await road.Get<ConversationExport>().WriteJsonAsync(writer, conversation, Cancellation);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_project_its_rules_and_its_prompt(bool isDryRun)
    {
        using var file = JsonDocument.Parse(await ExportedAsync());
        await using var road = new Road();
        var item = (await road.Get<ConversationImport>().RunAsync(file.RootElement, isDryRun, null, Cancellation)).Items[0];
        Assert.Equal(ImportOutcome.Imported, item.Outcome);
        Assert.Equal(
        [
            "project \"proj_docs\": it is not here. Until it is, turns go on without its settings",
            "rules[0]: There is no rule \"Own\". Until there is, turns go on without it",
            "prompt \"greet\": it is not kept here. Turns go on with the prompt as the file has it",
            "prompt.rules[0]: There is no rule \"House\". Until there is, no turn goes on with it",
        ], item.Details);
        if (isDryRun) return;
        Assert.Equal(TurnErrorCode.RuleNotFound, (await road.RefusedAsync(new TurnRequest { Conversation = item.Id, Content = "Go on" })).Code);
        await road.Get<ISettingsStore>().AddRuleAsync(new() { Id = "rule_House", Name = "House", Content = "Be kind." }, Cancellation);
        await road.RunAsync(new TurnRequest { Conversation = item.Id, Content = "Go on" });
        Assert.Equal("user: Go on", road.Model.Last.Transcript[^1]);
    }
}
