using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Imports;

/// <summary>What was typed elsewhere is a text here, however often it is answered, and each answer has its question.</summary>
public sealed class ImportedTexts
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportReport> ImportAsync(Road road, params string[] interactions)
    {
        using var file = JsonDocument.Parse($$"""{"conversation":{"id":"c","createdAt":"2026-01-01T10:00:00Z"},"interactions":[{{string.Join(',', interactions)}}]}""");
        return await road.Get<ConversationImport>().RunAsync(file.RootElement, false, null, Cancellation);
    }

    private static string Interaction(string id, int index, string prompt, string answer, string more = "", string metadata = "", string status = "COMPLETED", string type = "message.user_assistant") =>
        $$$"""{"id":"{{{id}}}","index":{{{index}}},"type":"{{{type}}}","status":"{{{status}}}","startedAt":"2026-01-01T10:0{{{index}}}:00Z","prompt":{{{prompt}}},"response":"{{{answer}}}"{{{more}}},"metadata":{{{{metadata}}}}}""";

    [Fact]
    public async Task No_trigger_is_read_in_it_when_it_is_answered_again_or_retried_and_one_is_when_it_is_edited()
    {
        const string Typed = "@.params.temp 1.5; Hi";
        await using var road = new Road();
        var id = (await ImportAsync(road, Interaction("i", 0, $$"""{"content":"{{Typed}}"}""", "a", status: "CANCELLED"))).Items[1].Id!;
        var branches = road.Get<TurnBranches>();
        foreach (var request in (TurnRequest[])[await branches.RegenerateAsync(id, new(), Cancellation), await branches.RetryAsync(id, new(), Cancellation)])
        {
            await road.RunAsync(request);
            Assert.Equal("user: " + Typed, road.Model.Last.Transcript[^1]);
            Assert.Null(road.Model.Last.Options.Temperature);
        }
        await road.RunAsync(await branches.EditAsync(id, "@.params.temp 0.5; Ho", new(), Cancellation));
        Assert.Equal(("user: Ho", 0.5f), (road.Model.Last.Transcript[^1], road.Model.Last.Options.Temperature));
    }

    [Fact]
    public async Task An_answer_made_again_on_the_shown_branch_has_the_question_of_the_one_that_it_was_made_of()
    {
        await using var road = new Road();
        var report = await ImportAsync(road,
            Interaction("i1", 0, """{"content":"Why?"}""", "Old", ",\"parentId\":\"i3\""),
            Interaction("i2", 0, "null", "Newer", ",\"parentId\":\"i3\"", "\"regeneratedFromId\":\"i1\"", type: "message.assistant_regen"),
            Interaction("i3", 0, "null", "Newest", ",\"parentId\":null", "\"regeneratedFromId\":\"i2\"", type: "message.assistant_regen"),
            Interaction("i4", 1, "null", "Lost", ",\"parentId\":null", "\"regeneratedFromId\":\"gone\"", type: "message.assistant_regen"));
        await road.RunAsync(new TurnRequest { Conversation = report.Items[0].Id, Content = "Go on" });
        Assert.Equal(["user: Why?", "assistant: Newest", "assistant: Lost", "user: Go on"], road.Model.Last.Transcript.Where(line => line != "user: "));
        foreach (var item in report.Items.Skip(1).Take(3)) Assert.Equal("Why?", (await road.Get<ITurnStore>().FindAsync(item.Id!, Cancellation))!.Content);
        Assert.Contains(report.Items[4].Details, detail => detail.StartsWith("its question is not in the conversation", StringComparison.Ordinal));
    }
}
