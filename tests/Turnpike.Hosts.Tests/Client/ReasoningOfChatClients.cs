using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Pipeline;
using Turnpike.Providers.Anthropic;
using Turnpike.Providers.OpenAICompatible;

namespace Turnpike.Hosts.Tests.Client;

/// <summary>What a chat client over a prompt says of reasoning reaches the provider, and what the provider sealed with it goes back.</summary>
public sealed class ReasoningOfChatClients
{
    private static readonly AIFunctionDeclaration Locate = AIFunctionFactory.CreateDeclaration("locate", "Where the user is.", JsonElement.Parse("""{"type":"object","properties":{}}"""));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tool_round_sends_the_signature_of_the_thought_before_the_call_back()
    {
        var asked = 0;
        await using var server = RawServer.Start(exchange => exchange.StreamAsync(
        [
            AnthropicContract.Event("message_start", "\"message\":{\"id\":\"a\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"),
            .. asked++ == 0 ? Thinking : Speaking,
            AnthropicContract.Event("message_stop"),
        ]));
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });
        await using var services = Services(builder => builder.AddModel("ant/m", provider.Client("m")).UseModel("ant/m"));
        using var client = new PromptChatClient(services.GetRequiredService<TurnRunner>(), null);
        var options = new ChatOptions { Tools = [Locate], Reasoning = new() { Effort = ReasoningEffort.High } };

        List<ChatMessage> messages = [new(ChatRole.User, "Where am I?")];
        messages.AddMessages(await client.GetResponseAsync(messages, options, Stop));
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent("c1", "Rome")]));
        Assert.Equal("In Rome.", (await client.GetResponseAsync(messages, options, Stop)).Text);

        var bodies = server.Requests.Select(request => JsonNode.Parse(request.Body)!).ToArray();
        Assert.Equal(["high", "high"], bodies.Select(body => (string?)body["output_config"]!["effort"]));
        var answer = bodies[1]["messages"]![1]!["content"]!.AsArray();
        Assert.Equal(["thinking", "tool_use"], answer.Select(part => (string?)part!["type"]));
        Assert.Equal(("Let me see.", "SIG"), ((string?)answer[0]!["thinking"], (string?)answer[0]!["signature"]));
    }

    [Theory]
    [InlineData(ReasoningEffort.None, "none")]
    [InlineData(ReasoningEffort.Low, "low")]
    [InlineData(ReasoningEffort.Medium, "medium")]
    [InlineData(ReasoningEffort.ExtraHigh, "xhigh")]
    [InlineData(null, null)]
    public async Task The_effort_is_the_providers_own_word(ReasoningEffort? effort, string? sent)
    {
        await using var server = RawServer.Streaming("data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n");
        using var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = new(server.Url, "v1") });
        await using var services = Services(builder => builder.AddModel("x/m", provider.Client("m")).UseModel("x/m"));
        using var client = new PromptChatClient(services.GetRequiredService<TurnRunner>(), null);
        await client.GetResponseAsync("Hi", new() { Reasoning = effort is null ? null : new() { Effort = effort } }, Stop);
        Assert.Equal(sent, (string?)JsonNode.Parse(server.Request.Body)!["reasoning_effort"]);
    }

    private static string[] Thinking =>
    [
        AnthropicContract.Event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
        AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Let me \"}"),
        AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"see.\"}"),
        AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"SIG\"}"),
        AnthropicContract.Event("content_block_stop", "\"index\":0"),
        AnthropicContract.Event("content_block_start", "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"locate\",\"input\":{}}"),
        AnthropicContract.Event("content_block_delta", "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
        AnthropicContract.Event("content_block_stop", "\"index\":1"),
        AnthropicContract.Event("message_delta", "\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":3}"),
    ];

    private static string[] Speaking =>
    [
        AnthropicContract.Event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
        AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"In Rome.\"}"),
        AnthropicContract.Event("content_block_stop", "\"index\":0"),
        AnthropicContract.Event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":3}"),
    ];

    private static ServiceProvider Services(Action<TurnpikeBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddTurnpike());
        return services.BuildServiceProvider();
    }
}
