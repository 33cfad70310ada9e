using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Scenarios;

public sealed class GivenRequests
{
    private static readonly ChatMessage[] Earlier = [new(ChatRole.User, "One"), new(ChatRole.Assistant, "1")];

    [Fact]
    public async Task A_given_history_is_sent_instead_of_the_path_and_kept_with_the_turn()
    {
        await using var road = new Road();
        var first = await road.RunAsync("Forgotten");
        var turn = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, History = Earlier, Content = "Two" });
        Assert.Equal(["user: One", "assistant: 1", "user: Two"], road.Model.Last.Transcript);
        Assert.Equal(["One", "1"], turn.History!.Select(message => message.Text));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Three" });
        Assert.Equal(["user: One", "assistant: 1", "user: Two", "assistant: ok", "user: Three"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_prompts_user_message_goes_into_the_first_user_message_of_a_given_history()
    {
        await using var road = new Road();
        await road.SaveAsync(new Prompt { Key = "p", Messages = [Line("system", "S"), Line("user", "E"), Line("assistant", "F"), Line("user", "T: {{input}}!")] });
        await road.RunAsync(new TurnRequest { Prompt = "p", History = Earlier, Content = "Two" });
        Assert.Equal(["system: S", "user: E", "assistant: F", "user: T: One!", "assistant: 1", "user: Two"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task White_space_of_a_given_history_is_nothing_that_a_template_is_merged_with()
    {
        await using var road = new Road();
        await road.SaveAsync(new Prompt { Key = "p", Messages = [Line("user", "Begin.")] });
        var turn = await road.RunAsync(new TurnRequest { Prompt = "p", Content = " \n" });
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Two" });
        var kept = road.Model.Last.Transcript;
        await road.RunAsync(new TurnRequest { Prompt = "p", History = [new(ChatRole.User, " \n"), new(ChatRole.Assistant, "ok")], Content = "Two" });
        Assert.Equal(["user: Begin.", "assistant: ok", "user: Two"], kept);
        Assert.Equal(kept, road.Model.Last.Transcript);
    }

    [Fact]
    public void A_given_message_may_have_one_text_for_its_content()
    {
        var history = JsonSerializer.Deserialize("""{"history": [{"role": "user", "content": "One"}, {"role": "assistant", "content": [{"type": "text", "text": "1"}]}]}""", TurnpikeJson.Relaxed.TurnRequest)!.History!;
        Assert.Equal([(ChatRole.User, "One"), (ChatRole.Assistant, "1")], history.Select(message => (message.Role, message.Text)));
    }

    [Theory]
    [InlineData("""{"role": "user"}""", "is a text or a list of parts")]
    [InlineData("""{"role": "user", "content": 5}""", "is a text or a list of parts")]
    [InlineData("""{"role": " ", "content": "x"}""", "an object with a \"role\"")]
    [InlineData("""{"content": "x"}""", "an object with a \"role\"")]
    [InlineData("""["user", "x"]""", "an object with a \"role\"")]
    [InlineData("""{"role": "user", "content": [{"text": "x"}]}""", "There are {type: text, text}")]
    [InlineData("""{"role": "user", "content": ["x"]}""", "There are {type: text, text}")]
    [InlineData("""{"role": "user", "content": [{"type": "media", "url": "::", "mediaType": "image/png"}]}""", "There are {type: text, text}")]
    [InlineData("""{"role": "user", "content": [{"type": "media", "url": "data:nothing", "mediaType": "image/png"}]}""", "There are {type: text, text}")]
    [InlineData("""{"role": "tool", "content": [{"type": "tool.result", "callId": "a"}]}""", "There are {type: text, text}")]
    [InlineData("""{"role": "user", "content": [{"type": "song"}]}""", "no part of type \"song\"")]
    public void A_given_message_that_cannot_be_read_is_a_fault_of_the_body(string message, string says) =>
        Assert.Contains(says, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize($$"""{"history": [{{message}}]}""", TurnpikeJson.Relaxed.TurnRequest)).Message);

    [Theory]
    [InlineData("zork")]
    [InlineData("USER")]
    [InlineData("function")]
    public async Task A_role_that_there_is_not_is_refused(string role)
    {
        await using var road = new Road();
        var refused = await road.RefusedAsync(new() { History = [.. Earlier, new(new(role), "x")], Content = "Hi" });
        Assert.Equal((TurnErrorCode.RequestInvalid, "history[2].role"), (refused.Code, refused.Field));
        Assert.Contains($"\"{role}\"", refused.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task A_given_result_follows_its_call()
    {
        await using var road = new Road();
        ChatMessage call = new(ChatRole.Assistant, [new FunctionCallContent("a", "locate")]), result = new(ChatRole.Tool, [new FunctionResultContent("a", "Rome")]);
        var refused = await road.RefusedAsync(new() { History = [.. Earlier, result, call], Content = "Hi" });
        Assert.Equal((TurnErrorCode.RequestInvalid, "history[2].content[0].callId", "tool_call_unknown"), (refused.Code, refused.Field, refused.Narrower));
        await road.RunAsync(new TurnRequest { History = [.. Earlier, call, result], Content = "Hi" });
        Assert.Equal("tool: [result Rome]", road.Model.Last.Transcript[^2]);
    }

    [Theory]
    [InlineData(SystemMode.Append, "S\n\nMine")]
    [InlineData(SystemMode.Replace, "Mine")]
    public async Task System_text_of_a_request_joins_the_layers_for_this_turn_only(SystemMode mode, string sent)
    {
        await using var road = new Road();
        await road.SaveAsync(new Prompt { Key = "p", Messages = [Line("system", "S")] });
        var turn = await road.RunAsync(new TurnRequest { Prompt = "p", System = new("Mine", mode), Content = "Hi" });
        Assert.Equal("system: " + sent, road.Model.Last.Transcript[0]);
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Ho" });
        Assert.Equal("system: S", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task An_external_id_names_one_conversation_within_its_owner()
    {
        await using var road = new Road();
        TurnRequest Request(string owner) => new() { ExternalIds = new() { Conversation = "mine" }, Owner = owner, Content = "Hi" };
        var first = await road.RunAsync(Request("a"));
        Assert.Equal(first.Conversation, (await road.RunAsync(Request("a"))).Conversation);
        Assert.NotEqual(first.Conversation, (await road.RunAsync(Request("b"))).Conversation);
    }

    [Fact]
    public async Task A_turn_that_is_not_stored_keeps_its_usage_only()
    {
        await using var road = new Road();
        var turn = await road.RunAsync(new TurnRequest { Store = false, Content = "A secret" });
        Assert.Equal("ok", turn.Answer); // for who waited
        var kept = (await road.Get<global::Turnpike.Turns.Stores.ITurnStore>().FindAsync(turn.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal(("", "", true, 10L), (kept.Content, kept.Answer, kept.Forgotten, kept.Usage.InputTokens));
        Assert.Empty(kept.Messages);
        Assert.True(Assert.Single(await road.Get<global::Turnpike.Turns.Stores.ITurnLog>().ReadAsync(turn.Id, 0, 100, TestContext.Current.CancellationToken)).IsFinal);
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString((await road.Get<global::Turnpike.Turns.Stores.ITurnStore>().RequestAsync(turn.Id, TestContext.Current.CancellationToken))!.Value.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_values_of_a_turn_that_is_not_stored_go_with_it()
    {
        await using var road = new Road();
        await road.SaveAsync(new Prompt { Key = "p", Messages = [Line("user", "Sum up: {{text}}")], Variables = [new() { Name = "text" }] });
        TurnRequest Request(bool? store) => new() { Prompt = "p", Variables = new Dictionary<string, System.Text.Json.JsonElement> { ["text"] = System.Text.Json.JsonSerializer.SerializeToElement("Dear Ann") }, Store = store };
        var gone = await road.RunAsync(Request(false));
        Assert.Equal("user: Sum up: Dear Ann", road.Model.Last.Transcript[^1]);
        Assert.Empty((await road.ConversationAsync(gone.Conversation)).Variables);
        var kept = await road.RunAsync(Request(null));
        Assert.Equal(["text"], (await road.ConversationAsync(kept.Conversation)).Variables.Keys);
    }

    [Fact]
    public async Task A_prompt_is_a_chat_client()
    {
        await using var road = new Road();
        await road.SaveAsync(new Prompt { Key = "p", Messages = [Line("system", "S {{city}}")], Variables = [new() { Name = "city" }] });
        using var client = new Pipeline.PromptChatClient(road.Runner, "p", new Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonSerializer.SerializeToElement("Rome") });
        road.Model.Says("Yes", ".");
        var answer = await client.GetResponseAsync([new(ChatRole.User, "One"), new(ChatRole.Assistant, "1"), new(ChatRole.User, "Two")], new() { Temperature = 0.5f }, TestContext.Current.CancellationToken);
        Assert.Equal(("Yes.", ChatFinishReason.Stop), (answer.Text, answer.FinishReason));
        Assert.Equal(["system: S Rome", "user: One", "assistant: 1", "user: Two"], road.Model.Last.Transcript);
        Assert.Equal(0.5f, road.Model.Last.Options.Temperature);
        road.Model.Calls("locate");
        var asked = await client.GetResponseAsync([new(ChatRole.User, "Where?")], new() { Tools = [AIFunctionFactory.CreateDeclaration("locate", "d", System.Text.Json.JsonDocument.Parse("{}").RootElement)] }, TestContext.Current.CancellationToken);
        Assert.Equal(ChatFinishReason.ToolCalls, asked.FinishReason);
        Assert.Equal("locate", Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()).Name);
    }

    [Fact]
    public async Task Refusals_and_sources_are_told_in_the_log()
    {
        await using var road = new Road();
        road.Model.Answers((_, stop) => ScriptedModel.Updates([
            new(ChatRole.Assistant, [new TextContent("It rains.") { Annotations = [new CitationAnnotation { Url = new("https://example.org/"), Title = "W" }] }]),
            new(ChatRole.Assistant, [new TextContent("No.") { AdditionalProperties = new() { ["refusal"] = true } }]) { FinishReason = ChatFinishReason.Stop },
        ], stop));
        var deltas = (await road.EventsAsync((await road.RunAsync("Hi")).Id)).OfType<TextDelta>().ToArray();
        Assert.Equal(["It rains.", "", "No."], deltas.Select(delta => delta.Text));
        Assert.Equal("https://example.org/", Assert.Single(deltas[1].Citations).Url);
        Assert.Equal((false, true, true), (deltas[0].Refusal, deltas[2].Refusal, deltas[2].Block > deltas[0].Block));
    }

    private static PromptMessage Line(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };
}
