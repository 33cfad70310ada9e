using System.ClientModel;
using System.ClientModel.Primitives;
using System.Reflection;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>The vendor's published client for .NET, driven as it is.</summary>
internal static class DotNetClient
{
    public const string Name = "NuGet `OpenAI`";

    private static readonly (string Name, Func<RunningServer, Task> Do)[] Scenarios =
    [
        ("chat completion", ChatsAsync),
        ("chat completion, streamed", ChatsStreamedAsync),
        ("chat completion with a client tool", AnswersAToolCallAsync),
        ("response", RespondsAsync),
        ("response, streamed", RespondsStreamedAsync),
        ("response, read again and gone on from", ReadsAgainAsync),
        ("conversations", KeepsConversationsAsync),
        ("models", ListsModelsAsync),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Version => typeof(OpenAIClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Drives the client against a server; one result for each thing it did.</summary>
    public static async Task<IReadOnlyList<Seen>> DriveAsync(RunningServer server)
    {
        var seen = new List<Seen>();
        foreach (var (name, scenario) in Scenarios)
        {
            string? error = null;
            try
            {
                await scenario(server);
            }
            catch (Exception failed) when (!Stop.IsCancellationRequested)
            {
                error = failed.ToString();
            }
            seen.Add(new(Name, Version, name, error));
        }
        return seen;
    }

    private static async Task ChatsAsync(RunningServer server)
    {
        var answer = await Chat(server).CompleteChatAsync([new UserChatMessage("say Hello there")], cancellationToken: Stop);
        Assert.Equal("Hello there", answer.Value.Content[0].Text);
    }

    private static async Task ChatsStreamedAsync(RunningServer server)
    {
        var said = new StringBuilder();
        ChatFinishReason? finish = null;
        await foreach (var update in Chat(server).CompleteChatStreamingAsync([new UserChatMessage("say One two")], cancellationToken: Stop))
        {
            foreach (var part in update.ContentUpdate) said.Append(part.Text);
            finish ??= update.FinishReason;
        }
        Assert.Equal(("One two", ChatFinishReason.Stop), (said.ToString(), finish));
    }

    private static async Task AnswersAToolCallAsync(RunningServer server)
    {
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("locate", "d", BinaryData.FromString("""{"type":"object"}""")) } };
        var messages = new List<ChatMessage> { new UserChatMessage("call locate {}") };
        var asked = (await Chat(server).CompleteChatAsync(messages, options, Stop)).Value;
        Assert.Equal(ChatFinishReason.ToolCalls, asked.FinishReason);
        messages.Add(new AssistantChatMessage(asked));
        messages.Add(new ToolChatMessage(asked.ToolCalls[0].Id, "Rome"));
        Assert.Equal("Result: Rome", (await Chat(server).CompleteChatAsync(messages, options, Stop)).Value.Content[0].Text);
    }

    private static async Task RespondsAsync(RunningServer server) =>
        Assert.Equal("Hello there", (await Responses(server).CreateResponseAsync("test/talker", "say Hello there", cancellationToken: Stop)).Value.GetOutputText());

    private static async Task RespondsStreamedAsync(RunningServer server)
    {
        var asked = new CreateResponseOptions("test/talker", [ResponseItem.CreateUserMessageItem("say One two")]) { StreamingEnabled = true };
        var said = new StringBuilder();
        await foreach (var update in await Responses(server).CreateResponseStreamingAsync(asked, Stop))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta) said.Append(delta.Delta);
        }
        Assert.Equal("One two", said.ToString());
    }

    private static async Task ReadsAgainAsync(RunningServer server)
    {
        var client = Responses(server);
        var first = (await client.CreateResponseAsync("test/talker", "say Hello there", cancellationToken: Stop)).Value;
        Assert.Equal("Hello there", (await client.GetResponseAsync(first.Id, Stop)).Value.GetOutputText());
        var next = (await client.CreateResponseAsync("test/talker", "history", first.Id, Stop)).Value;
        Assert.Contains("say Hello there", next.GetOutputText(), StringComparison.Ordinal);
    }

    private static async Task KeepsConversationsAsync(RunningServer server)
    {
        var client = Client(server).GetConversationClient();
        using var made = JsonDocument.Parse((await client.CreateConversationAsync(BinaryContent.Create(BinaryData.FromString("""{"items":[{"type":"message","role":"user","content":"Hi"}]}""")), new RequestOptions())).GetRawResponse().Content);
        var id = made.RootElement.Text("id")!;
        using var read = JsonDocument.Parse((await client.GetConversationAsync(id, new RequestOptions())).GetRawResponse().Content);
        Assert.Equal(id, read.RootElement.Text("id"));
        Assert.Equal(200, (await client.DeleteConversationAsync(id, new RequestOptions())).GetRawResponse().Status);
    }

    private static async Task ListsModelsAsync(RunningServer server) =>
        Assert.Contains("prompt/guide", (await Client(server).GetOpenAIModelClient().GetModelsAsync(Stop)).Value.Select(model => model.Id));

    private static ChatClient Chat(RunningServer server) => Client(server).GetChatClient("test/talker");

    private static ResponsesClient Responses(RunningServer server) => new(new ApiKeyCredential("none"), new ResponsesClientOptions { Endpoint = new(server.Client.BaseAddress!, "v1") });

    private static OpenAIClient Client(RunningServer server) => new(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new(server.Client.BaseAddress!, "v1"), RetryPolicy = new ClientRetryPolicy(0) });
}
