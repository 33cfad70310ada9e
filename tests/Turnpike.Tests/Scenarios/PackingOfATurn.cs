using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Resources;

namespace Turnpike.Tests.Scenarios;

/// <summary>What does not fit the model's window is cut by rule and reported.</summary>
public sealed class PackingOfATurn
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A road to a model with a small window that reports no tokens.</summary>
    private static Road WithWindow(int window, long? resources = null, Action<TurnpikeBuilder>? more = null)
    {
        var road = new Road(builder =>
        {
            builder.AddModel("test/other", new ScriptedModel()).Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = window });
            more?.Invoke(builder);
            if (resources is not null) builder.Services.Configure<ResourceOptions>(options => options.Tokens = resources);
        });
        for (var i = 0; i < 100; i++) road.Model.Answers((_, stop) => ScriptedModel.Updates([new(Microsoft.Extensions.AI.ChatRole.Assistant, "ok") { FinishReason = Microsoft.Extensions.AI.ChatFinishReason.Stop }], stop));
        return road;
    }

    [Fact]
    public async Task What_a_model_does_not_read_is_refused_by_name_also_from_earlier_turns()
    {
        await using var road = new Road(builder => builder.AddModel("test/other", new ScriptedModel()).Services.Configure<ModelCatalogOptions>(options => options.Models["test/other"] = new() { Id = "test/other", Provider = "test", Input = ["text"] }));
        ResourceInput image = new() { Kind = "image", Title = "Map", Data = "iVBORw0KGgo=", MediaType = "image/png" };
        var now = await road.RefusedAsync(new() { Model = "test/other", Content = "What is it?", Resources = [image] });
        Assert.Equal((TurnErrorCode.ResourceUnsupported, "Model \"test/other\" reads no images, and resource \"Map\" of kind \"image\" is one. Choose another model or leave it out."), (now.Code, now.Message));
        var first = await road.RunAsync(new TurnRequest { Content = "What is it?", Resources = [image] });
        var later = await road.RefusedAsync(new() { Model = "test/other", Conversation = first.Conversation, Content = "And now?" });
        Assert.Equal(TurnErrorCode.ResourceUnsupported, later.Code);
        Assert.Contains("an earlier message of the conversation has one (image/png)", later.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@.params.temp! 0.3;")]
    public async Task Nothing_typed_on_a_later_turn_is_nothing_to_send(string content)
    {
        await using var road = new Road();
        var first = await road.RunAsync("Hi");
        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new() { Conversation = first.Conversation, Content = content })).Code);
        Assert.Single(road.Model.Requests);
    }

    private static ResourceInput Note(string id, int tokens) => new() { Id = id, Kind = "note", Text = new string('x', tokens * 4) };

    [Fact]
    public async Task The_oldest_turns_leave_first_and_the_system_text_the_examples_and_the_newest_turn_stay()
    {
        await using var road = WithWindow(1000);
        static PromptMessage Message(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };
        var prompt = new Prompt { Messages = [Message("system", "S"), Message("user", "example"), Message("assistant", "sample")] };
        var first = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = new string('a', 1200) });
        for (var i = 0; i < 3; i++) await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = $"{i}" + new string('b', 800) });
        var prepared = await road.Runner.PreviewAsync(new() { Conversation = first.Conversation, Content = "now" }, Cancellation);
        Assert.Equal(["system:S", "user:exampl", "assistant:sample", "user:0bbbbb", "assistant:ok", "user:1bbbbb", "assistant:ok", "user:2bbbbb", "assistant:ok", "user:now"], prepared.Request.Messages.Select(message => $"{message.Role}:{(message.Text.Length > 6 ? message.Text[..6] : message.Text)}"));
        var item = Assert.Single(prepared.Packing);
        Assert.Equal(("history", "left out", 1, first.Id), (item.Kind, item.Outcome, item.Turns, item.Id));
        Assert.Contains(prepared.Draft.Trace.Stations().SelectMany(station => station.Changes), change => change.Path == "packing.history");
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(json)) PreviewJson.Write(writer, prepared);
        using var preview = JsonDocument.Parse(json.WrittenMemory);
        Assert.Equal("history", preview.RootElement.GetProperty("packing")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task The_declarations_of_the_tools_take_their_part_of_the_window_and_the_history_what_is_left()
    {
        await using var road = WithWindow(1000, more: builder => builder.AddTool(() => "", "long", new string('d', 1200)).AddTool(() => "", "endless", new string('d', 4000)));
        string? conversation = null;
        for (var i = 0; i < 3; i++) conversation = (await road.RunAsync(new TurnRequest { Conversation = conversation, Content = $"{i}" + new string('b', 800) })).Conversation;
        var without = await road.Runner.PreviewAsync(new() { Conversation = conversation, Content = "now" }, Cancellation);
        Assert.Equal((7, 0), (without.Request.Messages.Count, without.Packing.Count));
        var with = await road.Runner.PreviewAsync(new() { Conversation = conversation, Content = "now", Tools = ["long"] }, Cancellation);
        Assert.Equal(("history", "left out", 1), (Assert.Single(with.Packing).Kind, with.Packing[0].Outcome, with.Packing[0].Turns));
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = "now", Tools = ["long"] });
        Assert.Equal(["1b", "ok", "2b", "ok", "now"], road.Model.Last.Messages.Select(message => message.Text.Length > 3 ? message.Text[..2] : message.Text));
        Assert.InRange(road.Model.Last.Messages.Sum(TokenEstimate.Of) + 300, 1, 750);

        var stations = with.Draft.Trace.Stations();
        Assert.Equal(["opening", "triggers", "middleware", "messages", "tools"], stations.Select(station => station.Station));
        Assert.Equal(("packing.history", "history"), (stations[3].Changes[^1].Path, Assert.Single(stations[3].Packing!).Kind));
        Assert.Equal("tools.long", Assert.Single(stations[4].Changes).Path);

        var error = await road.RefusedAsync(new() { Content = "now", Tools = ["endless"] });
        Assert.Equal(TurnErrorCode.ContextLengthExceeded, error.Code);
        Assert.Contains("of them for its tools, and model \"test/model\" takes 750", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_a_turn_brought_counts_as_what_it_is()
    {
        await using var road = WithWindow(1000);
        Microsoft.Extensions.AI.ChatMessage[] Given(int characters) => [new(Microsoft.Extensions.AI.ChatRole.User, new string('g', characters)), new(Microsoft.Extensions.AI.ChatRole.Assistant, "so")];
        var first = await road.RunAsync(new TurnRequest { Model = "test/other", History = Given(4000), Content = "one" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Model = "test/model", Content = "two" });
        Assert.Equal(["user: two"], road.Model.Last.Transcript);
        var prepared = await road.Runner.PreviewAsync(new() { Conversation = first.Conversation, Content = "three", Model = "test/model" }, Cancellation);
        Assert.Equal((first.Id, 1), (Assert.Single(prepared.Packing).Id, prepared.Packing[0].Turns));
        Assert.InRange(prepared.Packing[0].Tokens, 1000, 1100);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Model = "test/model", History = Given(1200), Content = "four" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Model = "test/model", Content = "five" }); // what was before the given history takes no room
        Assert.Equal(["user", "assistant", "user", "assistant", "user"], road.Model.Last.Messages.Select(message => message.Role.Value));
    }

    [Fact]
    public async Task Resources_over_their_budget_are_cut_newest_first_and_whole_before_parts()
    {
        await using var road = WithWindow(100_000, resources: 1000);
        var turn = await road.RunAsync(new TurnRequest { Content = "Read", Resources = [Note("res_1", 500), Note("res_2", 900), Note("res_3", 400)] });
        var block = road.Model.Last.Transcript[0];
        Assert.Contains($"id=\"res_1\">\n{new string('x', 2000)}\n</resource>", block, StringComparison.Ordinal);
        Assert.Contains($"id=\"res_3\">\n{new string('x', 1600)}\n</resource>", block, StringComparison.Ordinal);
        Assert.Contains("… cut: 336 of 3,600 characters\n</resource>", block, StringComparison.Ordinal);
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal("resource_cut", warning.Code);
        Assert.Contains("\"res_2\" of 900 tokens was cut to 92", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_that_no_part_fits_of_is_left_out_and_reported()
    {
        await using var road = WithWindow(100_000, resources: 420);
        var prepared = await road.Runner.PreviewAsync(new() { Content = "Read", Resources = [Note("res_1", 500), Note("res_2", 400)] }, Cancellation);
        var item = Assert.Single(prepared.Packing);
        Assert.Equal(("res_1", "left out", 500L, 0L), (item.Id, item.Outcome, item.Tokens, item.Sent));
        Assert.DoesNotContain("res_1", prepared.Request.Messages[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_alone_does_not_fit_is_refused_by_how_much()
    {
        await using var road = WithWindow(1000);
        var error = await road.RefusedAsync(new() { Content = new string('a', 8000) });
        Assert.Equal(TurnErrorCode.ContextLengthExceeded, error.Code);
        Assert.Contains("too many", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_estimate_learns_from_what_the_provider_reports()
    {
        await using var road = new Road();
        var before = (await road.Runner.PreviewAsync(new() { Content = new string('a', 4000) }, Cancellation)).Tokens;
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(Microsoft.Extensions.AI.ChatRole.Assistant, [new Microsoft.Extensions.AI.TextContent("ok"), new Microsoft.Extensions.AI.UsageContent(new() { InputTokenCount = before * 2, OutputTokenCount = 1 })]) { FinishReason = Microsoft.Extensions.AI.ChatFinishReason.Stop }], stop));
        await road.RunAsync(new string('a', 4000));
        Assert.Equal((long)Math.Round(before * 1.3), (await road.Runner.PreviewAsync(new() { Content = new string('a', 4000) }, Cancellation)).Tokens);
        Assert.Equal(1.3, road.Get<TokenCalibration>().Ratio("test/model"), 6);
    }

    [Fact]
    public async Task A_summary_stands_for_the_oldest_turns_until_it_is_deleted()
    {
        await using var road = new Road();
        var first = await road.RunAsync("one");
        foreach (var content in new[] { "two", "three" }) await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = content });
        road.Model.Says("They counted.");
        var compaction = road.Get<ConversationCompaction>();
        var summary = await compaction.CompactAsync(first.Conversation, 1, null, Cancellation);
        Assert.Equal(("They counted.", 2), (summary.Text, summary.Turns));
        Assert.Equal("user: user: one\n\nassistant: ok\n\nuser: two\n\nassistant: ok\n\n", road.Model.Last.Transcript[1]);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "four" });
        Assert.Equal(["system: Summary of the 2 earlier turns of this conversation:\nThey counted.", "user: three", "assistant: ok", "user: four"], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Parent = first.Id, Content = "elsewhere" });
        Assert.Equal(["user: one", "assistant: ok", "user: elsewhere"], road.Model.Last.Transcript);
        await compaction.ForgetAsync(first.Conversation, summary.Id, Cancellation);
        Assert.Equal(TurnErrorCode.RequestInvalid, (await Assert.ThrowsAsync<TurnException>(() => compaction.ForgetAsync(first.Conversation, summary.Id, Cancellation))).Code);
        Assert.Equal(TurnErrorCode.ContentMissing, (await Assert.ThrowsAsync<TurnException>(() => compaction.CompactAsync(first.Conversation, 9, null, Cancellation))).Code);
    }

    [Fact]
    public async Task A_summary_is_made_by_itself_when_the_option_says_when()
    {
        await using var road = new Road(builder => builder.Services.Configure<CompactionOptions>(options => (options.At, options.Keep) = (0.5, 1)).Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 1000 }));
        void Answers(string text, int tokens) => road.Model.Answers((_, stop) => ScriptedModel.Updates([new(Microsoft.Extensions.AI.ChatRole.Assistant, [new Microsoft.Extensions.AI.TextContent(text), new Microsoft.Extensions.AI.UsageContent(new() { InputTokenCount = tokens, OutputTokenCount = 1 })]) { FinishReason = Microsoft.Extensions.AI.ChatFinishReason.Stop }], stop));
        Answers("A", 100);
        Answers("B", 700);
        Answers("They said hello.", 20);
        var first = await road.RunAsync("one");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two" });
        await road.Get<TurnObservers>().DrainAsync();
        var summary = Assert.Single((await road.ConversationAsync(first.Conversation)).Summaries);
        Assert.Equal((first.Id, 1, "They said hello."), (summary.UpTo, summary.Turns, summary.Text));
        Answers("C", 30);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "three" });
        Assert.Equal(["system: Summary of the 1 earlier turns of this conversation:\nThey said hello.", "user: two", "assistant: B", "user: three"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_long_conversation_is_read_as_far_as_the_window_goes_and_its_turns_are_counted_to_the_first()
    {
        await using var road = WithWindow(4000);
        var first = await road.RunAsync("0" + new string('a', 400));
        for (var i = 1; i < 70; i++) await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = $"{i}" + new string('a', 400) });
        var prepared = await road.Runner.PreviewAsync(new() { Conversation = first.Conversation, Content = "now" }, Cancellation);
        Assert.Equal(71, prepared.Draft.Number);
        Assert.InRange(prepared.Draft.History.Count, 20, 69);
        Assert.StartsWith("69a", prepared.Request.Messages[^3].Text, StringComparison.Ordinal);
        Assert.Equal("history", Assert.Single(prepared.Packing).Kind);
        var unknown = await road.Runner.PreviewAsync(new() { Conversation = first.Conversation, Content = "now", Model = "test/other" }, Cancellation);
        Assert.Equal(141, unknown.Request.Messages.Count);
    }
}
