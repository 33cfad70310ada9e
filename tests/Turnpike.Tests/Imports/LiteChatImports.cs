using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Imports;

/// <summary>A LiteChat export loses nothing that the report does not name.</summary>
public sealed class LiteChatImports
{
    private const string Png = "iVBORw0KGgo=";

    internal static readonly string Export = """
        {"version":1,"exportedAt":"2026-01-02T03:04:05Z",
         "settings":{"theme":"dark"},"apiKeys":[{"id":"k1","value":"sk-secret"}],
         "providerConfigs":[{"id":"pc1","type":"openai","name":"Mine"}],
         "projects":[{"id":"p1","name":"Docs","path":"/docs","parentId":null,"systemPrompt":"Be brief.","modelId":"pc1:gpt-5","temperature":0.4,"maxTokens":900,"topP":null,"defaultTagIds":["t1"],"defaultRuleIds":["r3","r9"],"createdAt":"2026-01-01T00:00:00Z"},{"id":"p3","name":"Below","path":"/a/b","parentId":"p2"},{"id":"p2","name":"Above","path":"/a","parentId":null},{"id":"p4","name":"Alone","parentId":"gone"}],
         "rules":[{"id":"r1","name":"Style","description":"","content":"Say {{it}} plainly.","type":"before","alwaysOn":false},{"id":"r2","name":"House","description":"How we do it","content":"No jargon.","type":"control","alwaysOn":true},{"id":"r3","name":"style","content":"Shout.","type":"after"},{"id":"r4","name":"Empty","content":"","type":"system"}],
         "tags":[{"id":"t1","name":"Writing","description":"For texts"}],"tagRuleLinks":[{"id":"l1","tagId":"t1","ruleId":"r1"},{"id":"l2","tagId":"t1","ruleId":"gone"},{"id":"l3","tagId":"gone","ruleId":"r1"}],
         "mods":[{"id":"m1","script":"alert(1)"}],"workflows":[{"id":"w1"}],
         "conversations":[
           {"id":"c1","title":"Trip","projectId":"p1","metadata":{"enabledTools":["search"],"toolMaxStepsOverride":7,"colour":"red"},"createdAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T12:00:00Z","syncRepoId":"r1","lastSyncedAt":"2026-01-01T12:00:00Z"},
           {"id":"c2","title":"Empty","projectId":null,"metadata":{"enabledTools":[]},"createdAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T10:00:00Z","syncRepoId":null,"lastSyncedAt":null}],
         "interactions":[
           {"id":"i1","conversationId":"c1","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:01Z","endedAt":"2026-01-01T10:00:05Z","rating":3,
            "prompt":{"id":"q1","content":"@.params.temp 2; literally","parameters":{"temperature":0.3,"max_tokens":50,"warp":9},
              "metadata":{"attachedFiles":[{"id":"f1","source":"direct","name":"notes.md","type":"text/markdown","size":5,"contentText":"# Hi"},{"id":"f2","source":"direct","name":"a.png","type":"image/png","size":8,"contentBase64":"PNG64"},{"id":"f3","source":"vfs","name":"plan.md","type":"text/markdown","size":9,"path":"/docs/plan.md"}],
                "enabledTools":["search"],"turnSystemPrompt":"Speak Latin.","activeTagIds":["t1"],"activeRuleIds":["r1"],"effectiveRulesContent":[{"type":"before","content":"BEFORE"},{"type":"after","content":"AFTER"},{"type":"system","content":"RULE-S"}],"modelId":"pc1:gpt-5:mini"}},
            "response":"See ![x](data:image/png;base64,PNG64) there","metadata":{"modelId":"pc1:gpt-5:mini","promptTokens":11,"completionTokens":5,"totalTokens":16,"timeToFirstToken":120,"generationTime":4000,
              "toolCalls":["{\"toolCallId\":\"t-1\",\"toolName\":\"search\",\"input\":{\"q\":\"oslo\"}}","{\"toolCallId\":\"t-2\",\"toolName\":\"search\",\"args\":{\"q\":\"rain\"}}","not json"],"toolResults":["{\"toolCallId\":\"t-1\",\"toolName\":\"search\",\"output\":\"found\"}","{\"toolCallId\":\"t-9\",\"toolName\":\"search\",\"result\":\"lost\"}"]}},
           {"id":"i3","conversationId":"c1","parentId":null,"index":1,"type":"message.user_assistant","status":"WARNING","startedAt":"2026-01-01T10:02:00Z","endedAt":null,"prompt":{"content":"second","parameters":{},"metadata":{}},"response":"B","metadata":{"modelId":"other:llama"}},
           {"id":"i2","conversationId":"c1","parentId":null,"index":1,"type":"message.user_assistant","status":"ERROR","startedAt":"2026-01-01T10:01:00Z","endedAt":"2026-01-01T10:01:01Z","prompt":{"content":"first of two with one index","parameters":{},"metadata":{}},"response":null,"metadata":{"error":"quota"}},
           {"id":"i4","conversationId":"c1","parentId":"i3","index":5,"type":"message.assistant_regen","status":"CANCELLED","startedAt":"2026-01-01T10:03:00Z","endedAt":"2026-01-01T10:03:01Z","prompt":null,"response":"B again","metadata":{"regeneratedFromId":"i3"}},
           {"id":"i5","conversationId":"c1","parentId":"gone","index":2,"type":"message.user_assistant","status":"STREAMING","startedAt":"2026-01-01T10:04:00Z","endedAt":null,"prompt":{"content":"third","parameters":{},"metadata":{}},"response":"C","metadata":{"regeneratedFromId":"gone2","raceMainInteractionId":"i1"}},
           {"id":"i6","conversationId":"c1","parentId":null,"index":3,"type":"message.user_assistant","status":"PENDING","prompt":{"content":"p","parameters":{},"metadata":{}},"response":null,"metadata":{}},
           {"id":"i7","conversationId":"c1","parentId":null,"index":4,"type":"message.user_assistant","status":"PAUSED","prompt":{"content":"p","parameters":{},"metadata":{}},"response":"x","metadata":{}},
           {"id":"i8","conversationId":"c1","parentId":null,"index":5,"type":"message.user_assistant","status":"AWAITING_INPUT","prompt":{"content":"p","parameters":{},"metadata":{}},"response":"x","metadata":{}},
           {"id":"i9","conversationId":"c1","parentId":null,"index":6,"type":"conversation.title_generation","status":"COMPLETED","prompt":null,"response":"Trip","metadata":{"promptTokens":7,"completionTokens":2}},
           {"id":"ib","conversationId":"c2","parentId":null,"index":0,"type":"conversation.compact","status":"COMPLETED","startedAt":"2026-01-01T10:00:00Z","prompt":null,"response":"They met in Oslo.","metadata":{"promptTokens":9,"completionTokens":3}},
           {"id":"ic","conversationId":"c1","parentId":null,"index":2,"type":"conversation.compact","status":"COMPLETED","startedAt":"2026-01-01T10:03:30Z","prompt":null,"response":"Said so far: B.","metadata":{"modelId":"pc1:gpt-5","promptTokens":8,"completionTokens":4}},
           {"id":"ia","conversationId":"nowhere","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","prompt":{"content":"x"},"response":"y","metadata":{}}]}
        """.Replace("PNG64", Png, StringComparison.Ordinal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportReport> ImportAsync(Road road, string json, bool dryRun = false)
    {
        using var file = JsonDocument.Parse(json);
        return await road.Get<ConversationImport>().RunAsync(file.RootElement, dryRun, null, Cancellation);
    }

    private static string Details(ImportReport report, string kind, string from) => string.Join(" | ", report.Items.Single(item => item.Kind == kind && item.From == from).Details);

    [Fact]
    public async Task Everything_is_here_or_named_in_the_report()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, Export);
        string Id(string from) => report.Items.Single(item => item.From == from && item.Kind is "interaction" or "conversation" && item.From == from).Id!;
        var conversation = await road.ConversationAsync(Id("c1"));
        Assert.Equal(("Trip", "c1", 7), (conversation.Title, conversation.ImportedFrom, conversation.Parameters!.MaxSteps));
        Assert.Contains("syncRepoId", Details(report, "conversation", "c1"), StringComparison.Ordinal);
        Assert.Contains("nobody here supplies them: search", Details(report, "conversation", "c1"), StringComparison.Ordinal);
        Assert.Contains("metadata.colour", Details(report, "conversation", "c1"), StringComparison.Ordinal);

        var path = await road.Get<ITurnStore>().PathAsync(conversation.Head!, 100, Cancellation);
        Assert.Equal(["i1", "i2", "i3", "i5", "i6", "i7", "i8"], path.Select(turn => turn.ImportedFrom));
        Assert.Equal([TurnStatus.Completed, TurnStatus.Failed, TurnStatus.Completed, TurnStatus.Interrupted, TurnStatus.Interrupted, TurnStatus.Interrupted, TurnStatus.Interrupted], path.Select(turn => turn.Status));
        Assert.Equal("quota", path[1].Error!.Message);
        Assert.Equal("imported_warning", Assert.Single(path[2].Warnings).Code);
        var first = path[0];
        Assert.Equal(("@.params.temp 2; literally", "openai/gpt-5:mini", 0.3, 50, 11L, 5L, 120d), (first.Content, first.Model, first.Parameters.Temperature, first.Parameters.MaxOutputTokens, first.Usage.InputTokens, first.Usage.OutputTokens, first.TimeToFirstToken));
        Assert.Null(first.Cost);
        Assert.Equal("imported/llama", path[2].Model);
        var again = (await road.Get<ITurnStore>().FindAsync(Id("i4"), Cancellation))!;
        Assert.Equal((path[2].Parent, "second", "B again", TurnStatus.Cancelled, new TurnOrigin(path[2].Id, TurnOriginKind.Regenerate)), (again.Parent, again.Content, again.Answer, again.Status, again.Origin));

        var details = Details(report, "interaction", "i1");
        foreach (var named in new[] { "rating 3", "\"warp\"", "/docs/plan.md", "Speak Latin.", "activeTagIds t1", "activeRuleIds r1", "RULE-S", "call \"t-2\"", "not json", "\"t-9\"" }) Assert.Contains(named, details, StringComparison.Ordinal);
        Assert.Contains("\"gone\"", Details(report, "interaction", "i5"), StringComparison.Ordinal);
        Assert.Contains("gone2", Details(report, "interaction", "i5"), StringComparison.Ordinal);
        Assert.Contains("raceMainInteractionId", Details(report, "interaction", "i5"), StringComparison.Ordinal);
        Assert.Contains("7 input and 2 output", Details(report, "interaction", "i9"), StringComparison.Ordinal);
        foreach (var (kind, from) in new[] { ("interaction", "ia"), ("providerConfig", "pc1"), ("settings", "1"), ("apiKeys", "1"), ("mods", "1"), ("workflows", "1") })
            Assert.Equal(ImportOutcome.Skipped, report.Items.Single(item => item.Kind == kind && item.From == from).Outcome);
        Assert.DoesNotContain("sk-secret", JsonSerializer.Serialize(report, TurnpikeJson.Relaxed.ImportReport), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_turn_sends_what_was_imported()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, Export);
        var id = report.Items.Single(item => item is { Kind: "conversation", From: "c1" }).Id!;
        await road.Get<ConversationCompaction>().ForgetAsync(id, (await road.ConversationAsync(id)).Summaries[0].Id, Cancellation);
        await road.RunAsync(new TurnRequest { Conversation = id, Content = "now", Model = "test/model" });
        var sent = road.Model.Last.Transcript;
        Assert.Equal("system: Be brief.\n\nNo jargon.", sent[0]);
        Assert.StartsWith("user: BEFORE\n\n@.params.temp 2; literally\n\nAFTER <resources>\n<resource kind=\"file\"", sent[1], StringComparison.Ordinal);
        Assert.Contains("# Hi", sent[1], StringComparison.Ordinal);
        Assert.Contains(" [image/png] ", sent[1], StringComparison.Ordinal);
        Assert.EndsWith("[not in the export: /docs/plan.md]\n</resource>\n</resources>", sent[1], StringComparison.Ordinal);
        Assert.Equal(["assistant: [call search] [call search]", "tool: [result found] [result No result: the turn ended before the tool answered.]", "assistant: See  [image/png]  there", "user: second", "assistant: B", "user: third", "assistant: C", "user: p", "assistant: x", "user: p", "assistant: x", "user: Say {{it}} plainly.\n\nnow\n\nShout."], sent.Skip(2));
    }

    [Fact]
    public async Task Rules_tags_and_projects_come_along()
    {
        await using var road = new Road();
        var settings = road.Get<ISettingsStore>();
        await settings.SaveRuleAsync(new() { Name = "House", Content = "Ours." }, Cancellation);
        await settings.SaveTagAsync(new() { Name = "Writing", Rules = ["House"] }, Cancellation);
        var report = await ImportAsync(road, Export);
        string Id(string kind, string from) => report.Items.Single(item => item.Kind == kind && item.From == from).Id!;
        var style = (await settings.FindRuleAsync(Id("rule", "r1"), Cancellation))!;
        Assert.Equal(("Style", @"Say \{{it}} plainly.", RulePlacement.Before, false), (style.Name, style.Content, style.Placement, style.AlwaysOn));
        var house = (await settings.FindRuleAsync(Id("rule", "r2"), Cancellation))!;
        Assert.Equal(("House (imported)", RulePlacement.System, true), (house.Name, house.Placement, house.AlwaysOn));
        foreach (var named in new[] { "\"control\" is \"system\"", "description", "another of that name" }) Assert.Contains(named, Details(report, "rule", "r2"), StringComparison.Ordinal);
        Assert.Equal("style 2", (await settings.FindRuleAsync(Id("rule", "r3"), Cancellation))!.Name);
        Assert.Contains("says nothing", Details(report, "rule", "r4"), StringComparison.Ordinal);
        Assert.Equal(["Style"], (await settings.FindTagAsync("Writing (imported)", Cancellation))!.Rules);
        Assert.Contains("\"gone\"", Details(report, "tag", "t1"), StringComparison.Ordinal);
        Assert.Equal(ImportOutcome.Skipped, report.Items.Single(item => item.Kind == "tagRuleLink").Outcome);
        var docs = (await settings.ChainAsync(Id("project", "p1"), Cancellation))[0];
        Assert.Equal((Id("rule", "r3"), "Writing (imported)", 0.4), (Assert.Single(docs.Rules), Assert.Single(docs.Tags), docs.Parameters!.Temperature));
        Assert.Contains("\"r9\"", Details(report, "project", "p1"), StringComparison.Ordinal);
        Assert.Equal(["Below", "Above"], (await settings.ChainAsync(Id("project", "p3"), Cancellation)).Select(project => project.Name));
        Assert.Contains("its parent \"gone\"", Details(report, "project", "p4"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_compacted_there_is_a_summary_here()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, Export);
        var (trip, empty) = (await road.ConversationAsync(report.Items.Single(item => item is { Kind: "conversation", From: "c1" }).Id!), await road.ConversationAsync(report.Items.Single(item => item is { Kind: "conversation", From: "c2" }).Id!));
        var summary = Assert.Single(trip.Summaries);
        Assert.Equal(("Said so far: B.", 3, "openai/gpt-5", 8L), (summary.Text, summary.Turns, summary.Model, summary.Usage!.InputTokens));
        await road.RunAsync(new TurnRequest { Conversation = trip.Id, Content = "now", Model = "test/model" });
        Assert.EndsWith("Summary of the 3 earlier turns of this conversation:\nSaid so far: B.", road.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Equal("user: third", road.Model.Last.Transcript[1].Split('\n')[^1].Replace("Say {{it}} plainly.", "", StringComparison.Ordinal));
        await road.RunAsync(new TurnRequest { Conversation = empty.Id, Content = "go on" });
        Assert.Equal("system: Summary of an earlier conversation:\nThey met in Oslo.\n\nNo jargon.", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Importing_twice_changes_nothing_and_a_dry_run_keeps_nothing()
    {
        await using var road = new Road();
        var dry = await ImportAsync(road, Export, dryRun: true);
        Assert.True(dry.DryRun);
        Assert.Empty((await road.Get<IConversationStore>().ListAsync(new(), Cancellation)).Data);
        var first = await ImportAsync(road, Export);
        Assert.Equal(dry.Items.Select(item => (item.Kind, item.From, item.Outcome)), first.Items.Select(item => (item.Kind, item.From, item.Outcome)));
        var before = await StateAsync(road);
        var second = await ImportAsync(road, Export);
        Assert.Equal(0, second.Imported);
        Assert.Equal(first.Items.Where(item => item.From != "i9").Select(item => (item.Kind, item.From, item.Id)), second.Items.Where(item => item.From != "i9").Select(item => (item.Kind, item.From, item.Id))); // i9 is usage alone, and no thing to be found
        Assert.Equal("its conversation is here already and stays as it is", Details(second, "interaction", "i9").Split(" | ")[0]);
        var more = await ImportAsync(road, Export.Replace("\"id\":\"i8\"", "\"id\":\"new\"", StringComparison.Ordinal));
        Assert.Contains("is here already, without it", Details(more, "interaction", "new"), StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(road));
    }

    [Fact]
    public async Task A_list_that_is_none_is_named()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, """{"version":1,"conversations":"none","rules":7,"projects":null,"tags":""}""");
        Assert.Equal(["conversations", "rules"], report.Items.Select(item => item.Kind).Order());
        Assert.All(report.Items, item => Assert.Equal(ImportOutcome.Skipped, item.Outcome));
    }

    [Fact]
    public async Task One_conversation_with_its_interactions_is_a_file_too()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, """[{"conversation":{"id":"c","title":"T","createdAt":"2026-01-01T00:00:00Z","metadata":{}},"interactions":[{"id":"i","conversationId":"c","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","prompt":{"content":"q"},"response":"a","metadata":{}}]}]""");
        Assert.All(report.Items, item => Assert.Equal(ImportOutcome.Imported, item.Outcome));
    }

    [Fact]
    public async Task Runs_of_AI_Matrx_become_conversations_of_question_and_answer()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, """{"id":"r1","source_type":"prompt","source_id":"p9","name":"Guide","messages":[{"role":"system","content":"Guide to {{city}}."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},{"role":"user","content":"Bye"}],"settings":{"model_id":"gpt-5","temperature":0.2,"stream":true,"odd":1},"variable_values":{"city":"Oslo"},"status":"active","total_tokens":30,"created_at":"2026-01-01T00:00:00Z"}""");
        var item = Assert.Single(report.Items);
        Assert.Equal(("aimatrx", ImportOutcome.Changed), (report.Source, item.Outcome));
        foreach (var named in new[] { "\"odd\"", "30 tokens", "p9" }) Assert.Contains(named, string.Join(' ', item.Details), StringComparison.Ordinal);
        var conversation = await road.ConversationAsync(item.Id!);
        Assert.Equal(("Guide", 0.2, "Oslo", "r1"), (conversation.Title, conversation.Parameters!.Temperature, conversation.Variables["city"].GetString(), conversation.ImportedFrom));
        await road.RunAsync(new TurnRequest { Conversation = item.Id, Content = "Again" });
        Assert.Equal(["system: Guide to {{city}}.", "user: Hi", "assistant: Hello", "user: Again"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task All_answers_of_a_run_are_sent_again_the_greeting_and_those_behind_calls_of_tools_too()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, """{"id":"r1","source_type":"prompt","messages":[{"role":"assistant","content":"Welcome."},{"role":"user","content":"Rain?"},{"role":"assistant","content":"","tool_calls":[{"id":"c"}]},{"role":"tool","content":"wet"},{"role":"assistant","content":"It rains."},{"role":"user","content":"And now?"},{"role":"assistant","content":"Let me see."},{"role":"tool","content":"dry"},{"role":"assistant","content":"It is dry."}],"created_at":"2026-01-01T00:00:00Z"}""");
        var conversation = Assert.Single(report.Items).Id;
        var preview = await road.Runner.PreviewAsync(new TurnRequest { Conversation = conversation, Content = "Thanks" }, Cancellation);
        string[] sent = ["assistant: Welcome.", "user: Rain?", "assistant: It rains.", "user: And now?", "assistant: Let me see.\n\nIt is dry.", "user: Thanks"];
        Assert.Equal(sent, preview.Request.Messages.Select(message => $"{message.Role}: {message.Text}"));
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = "Thanks" });
        Assert.Equal(sent, road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_file_of_no_known_format_is_refused()
    {
        await using var road = new Road();
        foreach (var json in new[] { "{}", "[1]", "\"x\"" })
            Assert.Equal(TurnErrorCode.RequestInvalid, (await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, json))).Code);
    }

    [Fact]
    public async Task What_is_exported_here_is_imported_elsewhere_with_all_branches_and_contents()
    {
        await using var road = new Road();
        var turn = await road.RunAsync(new TurnRequest { Content = "one", Resources = [new() { Kind = "image", Data = Png, MediaType = "image/png" }, new() { Id = "res_stays", Kind = "note", Text = new string('n', 5000), Policy = ResourcePolicy.Sticky }] });
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "two" });
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Parent = turn.Id, Content = "other" });
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(stream)) await road.Get<ConversationExport>().WriteJsonAsync(writer, await road.ConversationAsync(turn.Conversation), Cancellation);
        await using var elsewhere = new Road();
        var report = await ImportAsync(elsewhere, System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal((4, 0), (report.Imported, report.Skipped));
        await elsewhere.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "go" });
        Assert.Equal(["user: one [image/png]", "assistant: ok", "user: other", "assistant: ok", $"user: go <resources>\n<resource kind=\"note\" id=\"res_stays\">\n{new string('n', 5000)}\n</resource>\n</resources>"], elsewhere.Model.Last.Transcript);
        Assert.Contains("\n## You\n\nother\n\n- note: res_stays\n\n## test/model\n\nok\n", await road.Get<ConversationExport>().MarkdownAsync(await road.ConversationAsync(turn.Conversation), Cancellation), StringComparison.Ordinal);
    }

    private static async Task<string> StateAsync(Road road)
    {
        var text = new System.Text.StringBuilder();
        foreach (var conversation in (await road.Get<IConversationStore>().ListAsync(new(), Cancellation)).Data)
        {
            text.Append(JsonSerializer.Serialize(conversation, TurnpikeJson.Relaxed.Conversation));
            foreach (var turn in await road.Get<ITurnStore>().AllAsync(conversation.Id, Cancellation)) text.Append(JsonSerializer.Serialize(turn, TurnpikeJson.Relaxed.Turn));
        }
        var settings = road.Get<ISettingsStore>();
        foreach (var rule in (await settings.ListRulesAsync(new(), Cancellation)).Data) text.Append(rule.Name).Append(rule.Content);
        foreach (var tag in (await settings.ListTagsAsync(new(), Cancellation)).Data) text.Append(tag.Name).AppendJoin(',', tag.Rules);
        foreach (var project in (await settings.ListProjectsAsync(new(), Cancellation)).Data) text.Append(JsonSerializer.Serialize(project, TurnpikeJson.Relaxed.Project));
        return text.ToString();
    }
}
