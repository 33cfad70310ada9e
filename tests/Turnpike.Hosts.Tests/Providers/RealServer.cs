using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Providers.Anthropic;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>
/// Against a llama.cpp server, which nobody here wrote. <c>TURNPIKE_TEST_LLAMA_URL</c> is one that chats (up to and with /v1),
/// <c>TURNPIKE_TEST_LLAMA_TOOLS_URL</c> one whose template calls tools and cannot chat.
/// </summary>
public sealed class RealServer
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_a_story_with_its_usage()
    {
        using var provider = Chatting();
        var updates = new List<ChatResponseUpdate>();

        await foreach (var update in provider.Client(await ModelAsync(provider)).GetStreamingResponseAsync("Once upon a time", new() { MaxOutputTokens = 40, Temperature = 0, Seed = 1 }, Test)) updates.Add(update);

        var response = updates.ToChatResponse();
        Assert.True(updates.Count > 20, "The answer came in one piece.");
        Assert.NotEmpty(response.Text);
        Assert.Equal((40, ChatFinishReason.Length), (response.Usage!.OutputTokenCount, response.FinishReason!.Value));
        Assert.True(response.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task Answers_in_the_shape_of_a_schema()
    {
        using var provider = Chatting();
        var format = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"mood":{"enum":["good","bad"]}},"required":["mood"],"additionalProperties":false}"""), "mood");

        var response = await provider.Client(await ModelAsync(provider)).GetResponseAsync("Mood?", new() { ResponseFormat = format, MaxOutputTokens = 60 }, Test);

        Assert.Contains(JsonElement.Parse(response.Text).GetProperty("mood").GetString(), (string[])["good", "bad"]);
    }

    [Fact]
    public async Task Stops_when_cancelled()
    {
        using var provider = Chatting();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Test);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in provider.Client("m").GetStreamingResponseAsync("Once", new() { MaxOutputTokens = 2000 }, cancel.Token)) await cancel.CancelAsync();
        });
    }

    [Fact]
    public async Task Says_that_a_text_is_too_long_for_the_window()
    {
        using var provider = Chatting();

        var error = await Assert.ThrowsAsync<TurnException>(() => provider.Client("m").GetResponseAsync(string.Concat(Enumerable.Repeat("word ", 30_000)), cancellationToken: Test));

        Assert.Equal((TurnErrorCode.ProviderRefused, 400), (error.Code, error.ProviderStatus!.Value));
        Assert.Contains("context size", error.Message);
    }

    [Fact]
    public async Task Speaks_Anthropics_protocol_too()
    {
        using var provider = new AnthropicProvider(new() { BaseUrl = Url("TURNPIKE_TEST_LLAMA_URL") });

        var response = await provider.Client("m").GetResponseAsync("Once upon a time", new() { MaxOutputTokens = 20 }, Test);

        Assert.NotEmpty(response.Text);
        Assert.Equal((20, ChatFinishReason.Length), (response.Usage!.OutputTokenCount, response.FinishReason!.Value));
    }

    [Fact]
    public async Task Calls_tools_with_arguments_that_fit_the_schema()
    {
        using var provider = new OpenAICompatibleProvider(new() { Name = "llama", BaseUrl = Url("TURNPIKE_TEST_LLAMA_TOOLS_URL") });
        var tool = AIFunctionFactory.CreateDeclaration("light.switch", "Switches the light.", JsonElement.Parse("""{"type":"object","properties":{"state":{"enum":["on","off"]}},"required":["state"],"additionalProperties":false}"""));

        // The model is so small that it calls again and again until the tokens are used up; the last call may then be cut.
        var response = await provider.Client("m").GetResponseAsync("Switch the light on", new() { Tools = [tool], ToolMode = ChatToolMode.RequireAny, Temperature = 0, MaxOutputTokens = 200 }, Test);

        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().Where(call => call.Exception is null).ToList();
        Assert.NotEmpty(calls);
        Assert.Equal(calls.Count, calls.Select(call => call.CallId).Distinct().Count());
        Assert.All(calls, call => Assert.Equal("light.switch", call.Name));
        Assert.All(calls, call => Assert.Contains(call.Arguments!["state"]!.ToString(), (string[])["on", "off"]));
    }

    [Fact]
    public async Task An_error_in_the_midst_of_a_stream_is_told()
    {
        using var provider = new OpenAICompatibleProvider(new() { Name = "llama", BaseUrl = Url("TURNPIKE_TEST_LLAMA_TOOLS_URL") });

        var error = await Assert.ThrowsAsync<TurnException>(() => provider.Client("m").GetResponseAsync("Once upon a time", new() { MaxOutputTokens = 20 }, Test));

        Assert.Equal(TurnErrorCode.ProviderError, error.Code);
    }

    private static OpenAICompatibleProvider Chatting() => new(new() { Name = "llama", BaseUrl = Url("TURNPIKE_TEST_LLAMA_URL") });

    private static async Task<string> ModelAsync(OpenAICompatibleProvider provider) => (await provider.ListAsync(Test))[0].Id["llama/".Length..];

    private static Uri Url(string variable)
    {
        var url = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(url), $"{variable} is not set.");
        return new(url!);
    }
}
