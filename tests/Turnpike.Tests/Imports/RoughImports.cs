using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Imports;

/// <summary>One odd thing in a file costs nothing but itself; what turns could never go on with is refused by name.</summary>
public sealed class RoughImports
{
    private const string LiteChat = """{"conversation":{"id":"c1","title":"T","createdAt":"2026-01-01T10:00:00Z"},"interactions":[{"id":"i1","conversationId":"c1","index":0,"type":"message.user_assistant","status":"COMPLETED",MORE}]}""";
    private const string Matrx = """{"id":"r1","source_type":"prompt","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],MORE,"created_at":"2026-01-01T00:00:00Z"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportReport> ImportAsync(Road road, string json)
    {
        using var file = JsonDocument.Parse(json);
        return await road.Get<ConversationImport>().RunAsync(file.RootElement, false, null, Cancellation);
    }

    private static JsonObject Own() => JsonNode.Parse("""
        {"turnpike":1,"conversation":{"id":"conv_1","head":"turn_1"},"turns":[{"id":"turn_1","conversation":"conv_1","status":"completed","content":"Q","cleanedContent":"Q","answer":"A",
          "messages":[{"role":"user","content":[{"type":"text","text":"Q","origin":"typed"}]},{"role":"assistant","content":[{"type":"text","text":"A"}]}],"model":"test/model","createdAt":"2026-01-01T10:00:00Z","endedAt":"2026-01-01T10:00:01Z"}]}
        """)!.AsObject();

    [Theory]
    [InlineData(LiteChat, """ "startedAt":"2026-01-01T10:00:00Z","prompt":{"content":"Q"},"response":"See ![data:chart](data:image/png;base64,iVBORw0KGgo=)","metadata":{}""", "user: Q", "assistant: See  [image/png]")]
    [InlineData(LiteChat, """ "startedAt":"9999-12-31T23:59:59Z","prompt":{"content":"Q"},"response":"A","metadata":{"generationTime":4000}""", "user: Q", "assistant: A")]
    [InlineData(LiteChat, """ "startedAt":"2026-01-01T10:00:00Z","prompt":{"content":"Q","parameters":{"budget":{"calls":1,"calls":2},"provider_options":{"a":1,"a":{"b":1,"b":2}}}},"response":"A","metadata":{}""", "user: Q", "assistant: A")]
    [InlineData(Matrx, """ "variable_values":{"city":"Rome","city":{"a":1,"a":2}}""", "user: Hi", "assistant: Hello")]
    [InlineData(Matrx, """ "variable_values":{},"settings":{"provider_options":{"a":1,"a":2}}""", "user: Hi", "assistant: Hello")]
    public async Task What_other_programs_write_is_imported_all_the_same(string file, string more, params string[] sent)
    {
        await using var road = new Road();
        var report = await ImportAsync(road, file.Replace("MORE", more, StringComparison.Ordinal));
        var conversation = report.Items[0].Id!;
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = "On" });
        Assert.Equal([.. sent, "user: On"], road.Model.Last.Transcript);
        if (file == Matrx && more.Contains("city", StringComparison.Ordinal)) Assert.Equal("""{"a":2}""", (await road.ConversationAsync(conversation)).Variables["city"].GetRawText());
    }

    [Theory]
    [InlineData("resources", """[{"id":"a","kind":"note","text":"one"},{"id":"a","kind":"note","text":"two"}]""", "two of its resources have the id \"a\"")]
    [InlineData("system", """{"text":null}""", "system text")]
    [InlineData("agent", """{"prompt":null,"variables":{}}""", "agent has no prompt")]
    [InlineData("prompt", """{"messages":[null]}""", "\"messages\" of the prompt holds a null")]
    [InlineData("agent", """{"prompt":{"messages":[{"role":"system","content":[{"type":"text","text":"x"}]}],"resources":[null]},"variables":{}}""", "\"resources\" of the prompt holds a null")]
    public async Task An_own_export_that_no_turn_could_go_on_with_is_refused(string member, string value, string why)
    {
        await using var road = new Road();
        var file = Own();
        file["conversation"]![member] = JsonNode.Parse(value);
        var refused = await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, file.ToJsonString()));
        Assert.Equal(TurnErrorCode.RequestInvalid, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Null(await road.Get<Turnpike.Turns.Stores.IConversationStore>().FindAsync("conv_1", Cancellation));
    }

    [Theory]
    [InlineData("summaries", """[null,{"id":"sum_1","upTo":null,"turns":1,"text":"x"}]""", "2 of its summaries")]
    [InlineData("resources", """[null,{"id":null,"kind":"note"}]""", "2 of its resources")]
    [InlineData("closed", "true", "was closed")]
    [InlineData("agent", """{"prompt":{"messages":[{"role":"system","content":[{"type":"text","text":"Be brief."}]}]},"variables":null}""", null)]
    public async Task What_is_null_in_the_conversation_of_an_own_export_is_told_of_and_turns_go_on(string member, string value, string? note)
    {
        await using var road = new Road();
        var file = Own();
        file["conversation"]![member] = JsonNode.Parse(value);
        await GoesOnAsync(road, file, note, "conversation");
    }

    [Theory]
    [InlineData("history")]
    [InlineData("messages")]
    [InlineData("openCalls")]
    [InlineData("rules")]
    [InlineData("triggers")]
    [InlineData("warnings")]
    [InlineData("attempts")]
    public async Task What_is_null_in_a_turn_of_an_own_export_is_told_of_and_turns_go_on(string list)
    {
        await using var road = new Road();
        var file = Own();
        var turn = file["turns"]![0]!.AsObject();
        if (turn[list] is JsonArray there) there.Add(null);
        else turn[list] = new JsonArray((JsonNode?)null);
        await GoesOnAsync(road, file, $"1 of its {list}", "turn");
    }

    private static async Task GoesOnAsync(Road road, JsonObject file, string? note, string kind)
    {
        var report = await ImportAsync(road, file.ToJsonString());
        if (note is not null) Assert.Contains(note, string.Join(' ', report.Items.Single(item => item.Kind == kind).Details), StringComparison.Ordinal);
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "On", Resources = [new() { Kind = "note", Text = "more" }] });
        Assert.Equal(["user: Q", "assistant: A"], road.Model.Last.Transcript.Where(line => !line.StartsWith("system", StringComparison.Ordinal)).Take(2));
        Assert.Equal(TurnStatus.Completed, (await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "And" })).Status);
    }

    [Fact]
    public async Task Two_tags_of_a_file_stay_two_when_one_gets_the_name_that_the_other_has()
    {
        await using var road = new Road();
        var settings = road.Get<ISettingsStore>();
        var other = await settings.SaveRuleAsync(new() { Name = "Other", Content = "Other." }, Cancellation);
        await settings.SaveTagAsync(new() { Name = "A", Rules = [other.Id] }, Cancellation);
        var report = await ImportAsync(road, """
            {"version":1,"rules":[{"id":"r1","name":"One","content":"One.","type":"system"},{"id":"r2","name":"Two","content":"Two.","type":"system"}],
             "tags":[{"id":"t1","name":"A"},{"id":"t2","name":"A (imported)"}],"tagRuleLinks":[{"id":"l1","tagId":"t1","ruleId":"r1"},{"id":"l2","tagId":"t2","ruleId":"r2"}]}
            """);
        var tags = report.Items.Where(item => item.Kind == "tag").Select(item => item.Id!).ToArray();
        Assert.Equal(2, tags.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(["One", "Two"], [(await settings.TaggedAsync(tags[0], Cancellation))!.Single().Name, (await settings.TaggedAsync(tags[1], Cancellation))!.Single().Name]);
        Assert.Equal("Other", (await settings.TaggedAsync("A", Cancellation))!.Single().Name);
    }
}
