using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Providers.Echo;

namespace Turnpike.Hosts.Tests.Providers;

public sealed class Echo
{
    private static readonly AIFunctionDeclaration Forecast =
        AIFunctionFactory.CreateDeclaration("forecast", "Tells the weather.", JsonElement.Parse("""{"type":"object","properties":{"city":{},"days":{}}}"""));

    [Fact]
    public async Task Shows_what_a_model_would_have_been_sent()
    {
        var answer = await AskAsync(new() { Temperature = 0.2f, Tools = [Forecast], AdditionalProperties = new() { [ModelOptionKeys.ReasoningEffort] = "low" } },
            new(ChatRole.System, "Be kind."), new(ChatRole.User, [new TextContent("Hello\nthere"), new DataContent(new byte[1500], "image/png") { Name = "map.png" }]));

        Assert.Equal("""
            **This is `builtin/echo`, not a language model.** It shows what a model would have been sent.

            ### System

            > Be kind.

            ### Messages

            **user**

            > Hello
            > there

            > *(image/png, map.png, 1,500 bytes)*

            ### Tools

            - `forecast` (city, days): Tells the weather.

            ### Parameters

            - `temperature`: `0.2`
            - `reasoningEffort`: `low`

            ---

            To see a tool at work, write `call forecast {"city": …, "days": …}`. For answers of a real model, set `OPENAI_API_KEY`, `OPENAI_BASE_URL` or `ANTHROPIC_API_KEY`, or start Ollama, and choose one of its models.

            """, answer.Text);
    }

    [Fact]
    public async Task Streams_word_by_word_and_leaves_counting_to_others()
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in new EchoProvider().Client("echo").GetStreamingResponseAsync("one two three", cancellationToken: TestContext.Current.CancellationToken)) updates.Add(update);

        Assert.All(updates, update => Assert.True(update.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length <= 1));
        Assert.Contains("> one two three\n", string.Concat(updates.Select(update => update.Text)));
        Assert.DoesNotContain(updates, update => update.Contents.Any(content => content is UsageContent));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Theory]
    [InlineData("""Please call forecast {"city": "Paris", "days": 2} now""", """{"city":"Paris","days":2}""")]
    [InlineData("Call `Forecast`", "{}")]
    public async Task Calls_a_tool_when_the_text_says_so(string text, string arguments)
    {
        var answer = await AskAsync(new() { Tools = [Forecast] }, new ChatMessage(ChatRole.User, text));

        var call = Assert.Single(answer.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal(("forecast", arguments), (call.Name, JsonSerializer.Serialize(call.Arguments)));
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
    }

    [Fact]
    public async Task Calls_several_tools_with_ids_of_their_own()
    {
        var earlier = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call_echo_1", "forecast")]);

        var answer = await AskAsync(new() { Tools = [Forecast] }, earlier, new(ChatRole.Tool, [new FunctionResultContent("call_echo_1", "x")]), new ChatMessage(ChatRole.User, "call forecast {} and call forecast {}"));

        Assert.Equal(["call_echo_2", "call_echo_3"], answer.Messages[0].Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
    }

    [Fact]
    public async Task Tells_the_result_and_calls_nothing_again()
    {
        var answer = await AskAsync(new() { Tools = [Forecast] },
            new(ChatRole.User, "call forecast {}"), new(ChatRole.Assistant, [new FunctionCallContent("call_echo_1", "forecast")]), new(ChatRole.Tool, [new FunctionResultContent("call_echo_1", "rain")]));

        Assert.Equal("`forecast` gave back:\n\n```\nrain\n```\n", answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Theory]
    [InlineData("call forcast {\"city\": 1}", "There is no tool `forcast` in this turn. Did you mean `forecast`?")]
    [InlineData("call forecast {\"city\": ", "What follows `call forecast` is not a JSON object")]
    public async Task Says_why_a_call_cannot_be_made(string text, string why)
    {
        var answer = await AskAsync(new() { Tools = [Forecast] }, new ChatMessage(ChatRole.User, text));

        Assert.Contains(why, answer.Text);
        Assert.Empty(answer.Messages[0].Contents.OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Plain_talk_of_calling_is_plain_text()
    {
        var answer = await AskAsync(new() { Tools = [Forecast] }, new ChatMessage(ChatRole.User, "Please call me later"));

        Assert.DoesNotContain("There is no tool", answer.Text);
    }

    [Fact]
    public async Task Calls_nothing_when_tools_are_off()
    {
        var answer = await AskAsync(new() { Tools = [Forecast], ToolMode = ChatToolMode.None }, new ChatMessage(ChatRole.User, "call forecast {}"));

        Assert.Empty(answer.Messages[0].Contents.OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Stops_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new EchoProvider().Client("echo").GetStreamingResponseAsync("one two three", cancellationToken: cancel.Token)) await cancel.CancelAsync();
        });
    }

    [Fact]
    public async Task Is_listed_as_what_it_is()
    {
        var model = Assert.Single(await new EchoProvider().ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal("builtin/echo", model.Id);
        Assert.Contains("not a language model", model.DisplayName);
    }

    private static Task<ChatResponse> AskAsync(ChatOptions options, params ChatMessage[] messages) =>
        new EchoProvider().Client("echo").GetResponseAsync(messages, options, TestContext.Current.CancellationToken);
}
