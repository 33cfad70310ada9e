using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Client;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Client;

/// <summary>A prompt of a server where an <see cref="IChatClient"/> is wanted.</summary>
public sealed class PromptsAsChatClients
{
    private static readonly AIFunctionDeclaration Locate = AIFunctionFactory.CreateDeclaration("locate", "Where the user is.", JsonDocument.Parse("""{"type":"object","properties":{}}""").RootElement);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_prompt_the_messages_and_the_options_reach_the_provider()
    {
        await using var server = new RunningServer();
        await SaveAsync(server);
        using var client = Client(server);
        server.Model.Says("Yes", ".");
        var answer = await client.GetResponseAsync(
            [new(ChatRole.System, "Be brief."), new(ChatRole.User, "One"), new(ChatRole.Assistant, "1"), new(ChatRole.User, "Two @.params.temp 0.9;")],
            new() { Temperature = 0.5f, TopP = 0.9f, MaxOutputTokens = 70, StopSequences = ["END"], Tools = [Locate], ToolMode = ChatToolMode.RequireSpecific("locate"), ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""{"type":"object"}""").RootElement, "shape") }, Stop);
        Assert.Equal(("Yes.", ChatFinishReason.Stop, 10L), (answer.Text, answer.FinishReason, answer.Usage?.InputTokenCount));
        Assert.Null(answer.ConversationId);
        var sent = server.Model.Last;
        Assert.Equal(["system: You guide in Rome.\n\nBe brief.", "user: One", "assistant: 1", "user: Two @.params.temp 0.9;"], sent.Transcript);
        Assert.Equal((0.5f, 0.9f, 70, "END", "locate"), (sent.Options.Temperature, sent.Options.TopP, sent.Options.MaxOutputTokens, sent.Options.StopSequences!.Single(), ((RequiredChatToolMode)sent.Options.ToolMode!).RequiredFunctionName));
        Assert.Equal("shape", ((ChatResponseFormatJson)sent.Options.ResponseFormat!).SchemaName);
        Assert.Equal(["locate"], sent.Tools);
    }

    [Fact]
    public async Task Tools_of_the_caller_come_back_as_calls_and_their_results_go_with_the_history()
    {
        await using var server = new RunningServer();
        await SaveAsync(server);
        using var client = Client(server);
        server.Model.Calls("locate").Says("Rome.");
        List<ChatMessage> messages = [new(ChatRole.User, "Where am I?")];
        var asked = await client.GetResponseAsync(messages, new() { Tools = [Locate] }, Stop);
        var call = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        messages.AddRange(asked.Messages);
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "Rome")]));
        Assert.Equal((ChatFinishReason.ToolCalls, "Rome."), (asked.FinishReason, (await client.GetResponseAsync(messages, new() { Tools = [Locate] }, Stop)).Text));
        Assert.Equal(["system: You guide in Rome.", "user: Where am I?", "assistant: [call locate]", "tool: [result Rome]"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_kept_conversation_is_gone_on_with_by_what_is_new()
    {
        await using var server = new RunningServer();
        await SaveAsync(server);
        using var client = Client(server, keeps: true);
        server.Model.Says("Hello.").Calls("locate").Says("Rome.");
        var first = await client.GetResponseAsync([new(ChatRole.User, "Hi")], null, Stop);
        var options = new ChatOptions { ConversationId = first.ConversationId, Tools = [Locate] };
        var asked = await client.GetResponseAsync([new(ChatRole.User, "Where am I?")], options, Stop);
        var call = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal("Rome.", (await client.GetResponseAsync([new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "Rome")])], options, Stop)).Text);
        Assert.Equal(["system: You guide in Rome.", "user: Hi", "assistant: Hello.", "user: Where am I?", "assistant: [call locate]", "tool: [result Rome]"], server.Model.Last.Transcript);
        Assert.Equal(3, (await client.GetService<TurnpikeClient>()!.TurnsAsync(first.ConversationId!, Stop)).Count);
    }

    [Fact]
    public async Task System_messages_that_began_a_kept_conversation_stay_in_it_and_instructions_are_of_their_call()
    {
        await using var server = new RunningServer();
        await SaveAsync(server);
        using var client = Client(server, keeps: true);
        var first = await client.GetResponseAsync([new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi") { AuthorName = "ann" }], new() { Instructions = "Rhyme." }, Stop);
        Assert.Equal(["system: You guide in Rome.\n\nRhyme.", "system: Be brief.", "user: Hi"], server.Model.Last.Transcript);
        await client.GetResponseAsync([new(ChatRole.User, "Where am I?") { AuthorName = "bob" }], new() { ConversationId = first.ConversationId }, Stop);
        Assert.Equal(["system: You guide in Rome.", "system: Be brief.", "user: Hi", "assistant: ok", "user: Where am I?"], server.Model.Last.Transcript);
        Assert.Equal([null, null, "ann", null, "bob"], server.Model.Last.Messages.Select(message => message.AuthorName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_was_uploaded_is_read_by_the_model(bool keeps)
    {
        await using var server = new RunningServer();
        await SaveAsync(server);
        using var client = Client(server, keeps);
        using var bytes = new MemoryStream([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]);
        var file = await client.GetService<TurnpikeClient>()!.UploadFileAsync(bytes, "a.png", cancellationToken: Stop);
        List<ChatMessage> messages = [new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Hello."), new(ChatRole.User, [new TextContent("Where is it?"), new HostedFileContent(file.Id)])];
        var first = await client.GetResponseAsync(messages, null, Stop);
        Assert.Equal("user: Where is it? [image/png]", server.Model.Last.Transcript[^1]);
        if (!keeps) return;
        await client.GetResponseAsync([new(ChatRole.User, [new TextContent("And this?"), new HostedFileContent(file.Id)])], new() { ConversationId = first.ConversationId }, Stop);
        Assert.Equal(["system: You guide in Rome.", "user: Hi", "assistant: Hello.", "user: Where is it? [image/png]", "assistant: ok", "user: And this? [image/png]"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_conversation_that_is_named_without_keeping_any_is_refused()
    {
        await using var server = new RunningServer();
        using var client = new TurnpikeChatClient(new TurnpikeClient(server.Client));
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync([new(ChatRole.User, "Hi")], new() { ConversationId = "conv_1" }, Stop));
        Assert.Contains("Keeps", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task A_call_of_the_server_that_asks_is_approved_by_the_callers_answer()
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<Turnpike.Tools.ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book").Says("Done.");
        await server.AnswerAsync("/api/prompts", """{"key":"booking","messages":[{"role":"system","content":"Book."}],"tools":["book"]}""");
        using var client = new TurnpikeChatClient(new TurnpikeClient(server.Client), "booking") { Keeps = true };
        var asked = await client.GetResponseAsync([new(ChatRole.User, "Book!")], null, Stop);
        var request = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<ToolApprovalRequestContent>());
        Assert.Equal("book", ((McpServerToolCallContent)request.ToolCall).Name);
        var done = await client.GetResponseAsync([new(ChatRole.User, [request.CreateResponse(true)])], new() { ConversationId = asked.ConversationId }, Stop);
        Assert.Equal("Done.", done.Text);
        Assert.Equal("tool: [result Booked.]", server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Who_stops_reading_cancels_the_turn()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => ServerCalls.Half(stop));
        using var client = new TurnpikeChatClient(new TurnpikeClient(server.Client)) { Keeps = true };
        string? turn = null;
        await foreach (var update in client.GetStreamingResponseAsync([new(ChatRole.User, "Talk")], null, Stop))
        {
            turn = update.ResponseId;
            break;
        }
        Assert.Equal(TurnStatus.Cancelled, (await server.Get<Turnpike.Pipeline.TurnRunner>().WaitAsync(turn!, Stop)).Status);
    }

    [Fact]
    public async Task A_cut_connection_is_not_noticed_by_the_consumer()
    {
        await using var server = new RunningServer();
        server.Model.Says([.. Enumerable.Range(0, 100).Select(number => $"{number} ")]);
        using var cut = new CutConnections(600, 100);
        using var http = new HttpClient(cut) { BaseAddress = server.Client.BaseAddress };
        using var client = new TurnpikeChatClient(new TurnpikeClient(http));
        Assert.Equal(string.Concat(Enumerable.Range(0, 100).Select(number => $"{number} ")), (await client.GetResponseAsync([new(ChatRole.User, "Count")], null, Stop)).Text);
        Assert.Equal(2, cut.Asked.Count);
    }

    [Fact]
    public async Task A_turn_that_fails_throws_what_the_server_said()
    {
        await using var server = new RunningServer();
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "The provider says no."));
        using var client = new TurnpikeChatClient(new TurnpikeClient(server.Client));
        var error = await Assert.ThrowsAsync<TurnException>(() => client.GetResponseAsync([new(ChatRole.User, "Hi")], null, Stop));
        Assert.Equal(TurnErrorCode.ProviderRefused, error.Code);
    }

    private static TurnpikeChatClient Client(RunningServer server, bool keeps = false) =>
        new(new TurnpikeClient(server.Client), "guide", new Dictionary<string, JsonElement> { ["city"] = JsonSerializer.SerializeToElement("Rome") }) { Keeps = keeps };

    private static Task<JsonElement> SaveAsync(RunningServer server) => server.AnswerAsync("/api/prompts", """{"key":"guide","messages":[{"role":"system","content":"You guide in {{city}}."}],"variables":[{"name":"city"}]}""");
}
