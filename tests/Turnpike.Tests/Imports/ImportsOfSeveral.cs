using System.Text.Json;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Imports;

/// <summary>Ids of another program count inside a conversation only: what two people bring along is not mixed.</summary>
public sealed class ImportsOfSeveral
{
    private static readonly DateTimeOffset Day = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string File(string conversation, string question, string answer) => $$$"""
        {"conversation":{"id":"{{{conversation}}}","title":"{{{conversation}}}","createdAt":"2026-01-01T10:00:00Z"},"interactions":[
          {"id":"i1","conversationId":"{{{conversation}}}","index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:00Z","prompt":{"content":"{{{question}}}","metadata":{"attachedFiles":[{"id":"f1","name":"a.txt","type":"text/plain","contentText":"of {{{conversation}}}"}]}},"response":"{{{answer}}}","metadata":{}},
          {"id":"s1","conversationId":"{{{conversation}}}","index":1,"type":"conversation.compact","status":"COMPLETED","startedAt":"2026-01-01T10:01:00Z","response":"In short: {{{answer}}}","metadata":{"promptTokens":2,"completionTokens":1}},
          {"id":"i2","conversationId":"{{{conversation}}}","index":2,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:02:00Z","prompt":{"content":"Thanks","metadata":{}},"response":"Welcome","metadata":{}}]}
        """;

    private static async Task<ImportReport> ImportAsync(Road road, string json)
    {
        using var file = JsonDocument.Parse(json);
        return await road.Get<ConversationImport>().RunAsync(file.RootElement, false, null, Cancellation);
    }

    [Fact]
    public async Task Two_conversations_with_the_same_interactions_keep_their_own()
    {
        await using var road = new Road();
        var (ann, bob) = (await ImportAsync(road, File("ann", "My salary?", "90,000")), await ImportAsync(road, File("bob", "My cat?", "Tom")));
        Assert.Equal((4, 4), (ann.Imported, bob.Imported));
        Assert.Empty(ann.Items.Select(item => item.Id).Intersect(bob.Items.Select(item => item.Id)));
        foreach (var (report, theirs, others) in ((ImportReport, string, string)[])[(ann, "90,000", "Tom"), (bob, "Tom", "90,000")])
        {
            await road.RunAsync(new TurnRequest { Conversation = report.Items[0].Id, Content = "Again" });
            var sent = string.Join('\n', road.Model.Last.Transcript);
            Assert.Contains(theirs, sent, StringComparison.Ordinal);
            Assert.DoesNotContain(others, sent, StringComparison.Ordinal);
        }
        foreach (var file in (string[])[File("ann", "My salary?", "90,000"), File("bob", "My cat?", "Tom")])
            Assert.All((await ImportAsync(road, file)).Items, item => Assert.Equal(ImportOutcome.Skipped, item.Outcome));
    }

    [Fact]
    public async Task What_an_older_program_imported_is_known_by_the_ids_that_it_made()
    {
        await using var road = new Road();
        Turn Old(string id, string? parent) => new() { Id = ImportIds.Of("turn", "litechat", id), Conversation = ImportIds.Of("conv", "litechat", "ann"), Parent = parent, ImportedFrom = id, Status = TurnStatus.Completed, Content = id, Model = "imported/unknown", CreatedAt = Day, EndedAt = Day };
        var (one, two) = (Old("i1", null), Old("i2", ImportIds.Of("turn", "litechat", "i1")));
        var summary = new ConversationSummary { Id = ImportIds.Of("sum", "litechat", "s1"), UpTo = one.Id, Turns = 1, Text = "Short.", CreatedAt = Day };
        var conversation = new Conversation { Id = one.Conversation, ImportedFrom = "ann", Head = two.Id, Summaries = [summary], CreatedAt = Day, UpdatedAt = Day };
        await road.Get<ITurnStore>().ImportAsync(new() { Conversations = [conversation], Turns = [GivenTurn.Beginning(one, conversation, null), GivenTurn.Beginning(two, conversation, null)] }, Cancellation);

        var report = await ImportAsync(road, File("ann", "My salary?", "90,000"));
        Assert.Equal((0, 4), (report.Imported, report.Skipped));
        Assert.Equal([conversation.Id, one.Id, summary.Id, two.Id], report.Items.Select(item => item.Details[0].Replace("it is here already, as ", "", StringComparison.Ordinal)));
        Assert.Equal([conversation.Id, one.Id, summary.Id, two.Id], report.Items.Select(item => item.Id));
        Assert.Equal(4, (await ImportAsync(road, File("bob", "My cat?", "Tom"))).Imported);
    }

    [Fact]
    public async Task A_conversation_that_stands_twice_in_a_file_is_taken_once_and_told_of()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, $"[{File("c", "One?", "1")},{File("c", "Two?", "2")}]");
        Assert.Equal((4, 4), (report.Imported, report.Skipped));
        Assert.Equal("another conversation of the file has the same id", report.Items[4].Details[0]);
        Assert.Contains("1", (await road.Get<ITurnStore>().FindAsync(report.Items[1].Id!, Cancellation))!.Answer, StringComparison.Ordinal);
        var runs = await ImportAsync(road, """{"runs":[{"id":"r","source_type":"prompt","messages":[{"role":"user","content":"a"}]},{"id":"r","source_type":"prompt","messages":[{"role":"user","content":"b"}]}]}""");
        Assert.Equal((1, 1), (runs.Imported, runs.Skipped));
    }

    [Fact]
    public async Task An_export_of_another_version_is_refused_by_every_import()
    {
        await using var road = new Road();
        foreach (var file in (string[])["""{"version":2,"conversations":[],"interactions":[]}""", """{"version":2,"conversation":{"id":"c"},"interactions":[]}"""])
            Assert.Contains("version 1 is read", (await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, file))).Message, StringComparison.Ordinal);
    }
}
