using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Tests.Architecture;
using Turnpike.Tools;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Published clients, unchanged, against the real server on the loopback.</summary>
public sealed class PublishedClients
{
    private static readonly string Matrix = Path.Combine(Repository.Root, "docs", "compatibility.md");

    [Fact]
    public async Task Do_what_the_matrix_says_they_were_seen_to_do()
    {
        await NodeClients.NeedAsync();
        await using var server = await ServerAsync();
        var seen = new List<Seen>();
        foreach (var sdk in (string[])["openai", "ai", "@ai-sdk/openai-compatible", "@ai-sdk/openai", "@ai-sdk/open-responses", "@ag-ui/client", "@langfuse/client"]) seen.AddRange(await NodeClients.DriveAsync(sdk, server.Client.BaseAddress!));
        var failed = seen.Where(one => one.Error is not null).Select(one => $"{one.Sdk} {one.Name}: {one.Error}").ToArray();
        Assert.True(failed.Length == 0, string.Join("\n\n", failed));

        var rows = seen.Select(one => $"| `{one.Sdk}` {one.Version} | {one.Name} | works |").Concat(DotNet.Select(name => $"| NuGet `OpenAI` 2.15.0 | {name} | works |"));
        var text = Text(rows);
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") await File.WriteAllTextAsync(Matrix, text, TestContext.Current.CancellationToken);
        Assert.Equal(text, (await File.ReadAllTextAsync(Matrix, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));
    }

    private static string[] DotNet => ["chat completion", "chat completion, streamed", "chat completion with a client tool", "response", "response, streamed", "response, read again and gone on from", "conversations", "models"];

    [Fact]
    public async Task The_vendors_dotnet_client_chats()
    {
        await using var server = await ServerAsync();
        var client = Client(server).GetChatClient("test/talker");
        var answer = await client.CompleteChatAsync([new UserChatMessage("say Hello there")], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("Hello there", answer.Value.Content[0].Text);
        var said = new StringBuilder();
        OpenAI.Chat.ChatFinishReason? finish = null;
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("say One two")], cancellationToken: TestContext.Current.CancellationToken))
        {
            foreach (var part in update.ContentUpdate) said.Append(part.Text);
            finish ??= update.FinishReason;
        }
        Assert.Equal(("One two", OpenAI.Chat.ChatFinishReason.Stop), (said.ToString(), finish));
    }

    [Fact]
    public async Task The_vendors_dotnet_client_answers_a_tool_call()
    {
        await using var server = await ServerAsync();
        var client = Client(server).GetChatClient("test/talker");
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("locate", "d", BinaryData.FromString("""{"type":"object"}""")) } };
        var messages = new List<OpenAI.Chat.ChatMessage> { new UserChatMessage("call locate {}") };
        var asked = (await client.CompleteChatAsync(messages, options, TestContext.Current.CancellationToken)).Value;
        Assert.Equal(OpenAI.Chat.ChatFinishReason.ToolCalls, asked.FinishReason);
        messages.Add(new AssistantChatMessage(asked));
        messages.Add(new ToolChatMessage(asked.ToolCalls[0].Id, "Rome"));
        Assert.Equal("Result: Rome", (await client.CompleteChatAsync(messages, options, TestContext.Current.CancellationToken)).Value.Content[0].Text);
    }

    [Fact]
    public async Task The_vendors_dotnet_client_gets_responses_whole_streamed_and_again()
    {
        await using var server = await ServerAsync();
        var client = new ResponsesClient(new ApiKeyCredential("none"), new ResponsesClientOptions { Endpoint = new(server.Client.BaseAddress!, "v1") });
        var whole = (await client.CreateResponseAsync("test/talker", "say Hello there", cancellationToken: TestContext.Current.CancellationToken)).Value;
        Assert.Equal("Hello there", whole.GetOutputText());
        Assert.Equal("Hello there", (await client.GetResponseAsync(whole.Id, TestContext.Current.CancellationToken)).Value.GetOutputText());
        var next = (await client.CreateResponseAsync("test/talker", "history", whole.Id, TestContext.Current.CancellationToken)).Value;
        Assert.Contains("say Hello there", next.GetOutputText(), StringComparison.Ordinal);
        var asked = new CreateResponseOptions("test/talker", [ResponseItem.CreateUserMessageItem("say One two")]) { StreamingEnabled = true };
        var said = new StringBuilder();
        await foreach (var update in await client.CreateResponseStreamingAsync(asked, TestContext.Current.CancellationToken))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta) said.Append(delta.Delta);
        }
        Assert.Equal("One two", said.ToString());
    }

    [Fact]
    public async Task The_vendors_dotnet_client_keeps_conversations()
    {
        await using var server = await ServerAsync();
        var client = Client(server).GetConversationClient();
        using var made = JsonDocument.Parse((await client.CreateConversationAsync(BinaryContent.Create(BinaryData.FromString("""{"items":[{"type":"message","role":"user","content":"Hi"}]}""")), new RequestOptions())).GetRawResponse().Content);
        var id = made.RootElement.Text("id")!;
        using var read = JsonDocument.Parse((await client.GetConversationAsync(id, new RequestOptions())).GetRawResponse().Content);
        Assert.Equal(id, read.RootElement.Text("id"));
        Assert.Equal(200, (await client.DeleteConversationAsync(id, new RequestOptions())).GetRawResponse().Status);
    }

    [Fact]
    public async Task The_vendors_dotnet_client_lists_models()
    {
        await using var server = await ServerAsync();
        var models = await Client(server).GetOpenAIModelClient().GetModelsAsync(TestContext.Current.CancellationToken);
        Assert.Contains("prompt/guide", models.Value.Select(model => model.Id));
    }

    private static OpenAIClient Client(RunningServer server) => new(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new(server.Client.BaseAddress!, "v1"), RetryPolicy = new ClientRetryPolicy(0) });

    private static async Task<RunningServer> ServerAsync()
    {
        var server = new RunningServer(services =>
        {
            services.AddSingleton(new HostModel("test/talker", new TalkingModel()));
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        using var imported = await server.PostJsonAsync("/api/prompts/import", Exported, ("Content-Type", "application/json"));
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await server.Get<IPromptStore>().SaveAsync(new()
        {
            Key = "guide",
            Model = "test/talker",
            Messages = [ChatCompletions.Line("system", "Answer as a guide to {{city}}.")],
            Variables = [new() { Name = "city", Required = true }],
        }, null, TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A stored prompt as its vendor gives it out.</summary>
    private const string Exported = """{"id":"pmpt_abc123","object":"prompt","name":"city-guide","version":"1","model":"test/talker","instructions":"You know {{city}}.","variables":{"city":"Paris"}}""";

    private static string Text(IEnumerable<string> rows) => string.Create(CultureInfo.InvariantCulture, $"""
        # What published clients were seen to do

        Written by the tests, which drive each client unchanged against a real server on the loopback, only its base URL changed. The versions are pinned; a
        line is here because the thing worked when this page was written.

        | client | what it did | |
        |---|---|---|
        {string.Join("\n", rows)}

        """).ReplaceLineEndings("\n");
}
