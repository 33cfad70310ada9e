using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Storage.Sqlite;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Settings that are told nowhere else do what they say: each by what reaches the model, what is answered, or what is kept.</summary>
public sealed class EffectsOfSettings
{
    private const string Chat = "/v1/chat/completions";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_earlier_turns_are_read_as_history_turns_says()
    {
        await using var server = new RunningServer(null, ("Turnpike:Turns:HistoryTurns", "2"));
        var conversation = (await server.TurnAsync(new { content = "One" })).Text("conversation");
        foreach (var content in (string[])["Two", "Three", "Four"]) await server.TurnAsync(new { content, conversation });
        Assert.Equal(["user: Two", "user: Three", "user: Four"], server.Model.Last.Transcript.Where(line => line.StartsWith("user", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_table_is_shown_with_as_many_rows_as_its_setting_says()
    {
        await using var server = new RunningServer(null, ("Turnpike:Resources:TableRows", "2"));
        await server.TurnAsync(new { content = "Sum", resources = new[] { new { kind = "table", text = "name,sum\nann,11\nbob,22\ncy,33" } } });
        var sent = string.Join('\n', server.Model.Last.Transcript);
        Assert.Contains("22", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("33", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_attached_conversation_the_newest_turns_are_shown()
    {
        await using var server = new RunningServer(null, ("Turnpike:Resources:ConversationTurns", "1"));
        var conversation = (await server.TurnAsync(new { content = "Alpha" })).Text("conversation");
        await server.TurnAsync(new { content = "Beta", conversation });
        await server.TurnAsync(new { content = "Look", resources = new[] { new { kind = "conversation", @ref = conversation } } });
        var sent = string.Join('\n', server.Model.Last.Transcript);
        Assert.Contains("Beta", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Alpha", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_has_cost_as_much_as_it_may_is_not_asked_on()
    {
        await using var server = new RunningServer(null, ("Turnpike:ModelCalls:MaxCost", "0.01"), ("Turnpike:Models:test/model:Price:Input", "1000000"), ("Turnpike:Models:test/model:Price:Output", "1000000"));
        server.Model.Calls("current_time").Says("Noon.");
        var turn = await server.TurnAsync(new { content = "What time is it?", tools = new[] { "current_time" } });
        Assert.Single(server.Model.Requests);
        Assert.Contains(turn.GetProperty("warnings").EnumerateArray(), warning => warning.Text("code") == "budget_limit" && warning.Text("message")!.Contains("of 0.01 (budget.cost)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("00:00:00.500", 1)]
    [InlineData("00:00:05", 2)]
    public async Task A_provider_that_asks_for_a_longer_pause_than_the_longest_is_not_asked_again(string longest, int requests)
    {
        await using var server = new RunningServer(null, ("Turnpike:ModelCalls:LongestBackoff", longest), ("Turnpike:ModelCalls:Attempts", "2"));
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderRateLimited, "Later.") { RetryAfter = TimeSpan.FromSeconds(1) }).Says("Now.");
        using var answer = await server.PostAsync("/api/turns", new { content = "Hi" });
        await answer.Content.ReadAsStringAsync(Stop);
        Assert.Equal(requests, server.Model.Requests.Count);
    }

    [Fact]
    public async Task A_small_question_waits_as_long_as_its_setting_says()
    {
        var small = new ScriptedModel().Answers((_, stop) => Silent(stop));
        await using var server = new RunningServer(services => services.AddSingleton(new HostModel("test/small", small)), ("Turnpike:SmallModel", "test/small"), ("Turnpike:SmallModelTimeout", "00:00:00.200"), ("Turnpike:Titles:Auto", "false"));
        var turn = await server.TurnAsync(new { content = "@.tools.auto; What is 2 + 2?" });
        Assert.Contains(turn.GetProperty("warnings").EnumerateArray(), warning => warning.Text("message")!.Contains("did not answer within 0.2 s", StringComparison.Ordinal));
        Assert.Single(server.Model.Requests);
    }

    [Theory]
    [InlineData(true, 2L)]
    [InlineData(false, 1L)]
    public void Each_commit_reaches_the_disk_where_that_is_wanted(bool each, long synchronous)
    {
        var folder = TestFolder.New();
        try
        {
            using var writer = SqliteConnections.OpenWriter(new() { Path = Path.Combine(folder, "turnpike.db"), SyncEachCommit = each });
            using var asked = writer.CreateCommand();
            asked.CommandText = "PRAGMA synchronous";
            Assert.Equal(synchronous, asked.ExecuteScalar());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("On", "user:  Hi", 0.3f)]
    [InlineData("off", "user: @.params.temp 0.3; Hi", null)]
    public async Task Triggers_are_read_in_chats_without_a_key_where_the_settings_say(string triggers, string sent, float? temperature)
    {
        await using var server = new RunningServer(null, ("Turnpike:Compatible:Triggers", triggers));
        await ChatAsync(server, "@.params.temp 0.3; Hi");
        Assert.Equal((sent.Replace("  ", " ", StringComparison.Ordinal), temperature), (server.Model.Last.Transcript[^1].Replace("  ", " ", StringComparison.Ordinal), server.Model.Last.Options.Temperature));
    }

    [Theory]
    [InlineData("FULL", true)]
    [InlineData("transparent", false)]
    public async Task Chats_without_a_prompt_get_the_base_text_where_the_settings_say(string compose, bool isTold)
    {
        await using var server = new RunningServer(null, ("Turnpike:Compatible:Compose", compose), ("Turnpike:Turns:System", "House rules."));
        await ChatAsync(server, "Hi");
        Assert.Equal(isTold, server.Model.Last.Transcript.Contains("system: House rules."));
    }

    [Theory]
    [InlineData("true", "Private")]
    [InlineData("false", "")]
    public async Task Chats_without_a_key_are_kept_where_the_settings_say(string stored, string kept)
    {
        await using var server = new RunningServer(null, ("Turnpike:Compatible:StoreChat", stored));
        using var answer = await server.PostJsonAsync(Chat, """{"model":"test/model","messages":[{"role":"user","content":"Private"}]}""");
        await answer.Content.ReadAsStringAsync(Stop);
        Assert.Equal(kept, (await server.GetJsonAsync("/api/turns/" + answer.Headers.GetValues("Turnpike-Turn").Single())).Text("content"));
    }

    [Theory]
    [InlineData("true", "Hm.")]
    [InlineData("false", null)]
    public async Task Chats_tell_reasoning_where_the_settings_say(string told, string? reasoning)
    {
        await using var server = new RunningServer(null, ("Turnpike:Compatible:ReasoningContent", told));
        server.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new TextReasoningContent("Hm.")]), new(ChatRole.Assistant, "Yes.") { FinishReason = ChatFinishReason.Stop }], stop));
        var message = (await ChatAsync(server, "Hi")).GetProperty("choices")[0].GetProperty("message");
        Assert.Equal(("Yes.", reasoning), (message.Text("content"), message.TryGetProperty("reasoning_content", out var said) ? said.GetString() : null));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Prompts_are_listed_as_models_where_the_settings_say(string listed, bool isListed)
    {
        await using var server = new RunningServer(null, ("Turnpike:Compatible:ListPrompts", listed));
        using var saved = await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Guide." } } });
        Assert.Equal(201, (int)saved.StatusCode);
        Assert.Equal(isListed, (await server.GetJsonAsync("/v1/models")).GetProperty("data").EnumerateArray().Any(model => model.Text("id") == "prompt/guide"));
    }

    [Theory]
    [InlineData("Allow", 1)]
    [InlineData("ask", 0)]
    public async Task Calls_that_need_an_approval_run_in_chats_where_the_settings_say(string approvals, int calls)
    {
        var called = 0;
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => ++called, "mail")), ("Turnpike:Compatible:Approvals", approvals), ("Turnpike:ToolCalls:Approval:mail", "ask"));
        server.Model.Calls("mail").Says("Done.");
        await server.AnswerAsync(Chat, """{"model":"test/model","turnpike":{"tools":["mail"]},"messages":[{"role":"user","content":"Mail it"}]}""");
        Assert.Equal(calls, called);
    }

    private static Task<System.Text.Json.JsonElement> ChatAsync(RunningServer server, string content) =>
        server.AnswerAsync(Chat, System.Text.Json.JsonSerializer.Serialize(new { model = "test/model", messages = new[] { new { role = "user", content } } }));

    private static async IAsyncEnumerable<ChatResponseUpdate> Silent([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }
}
