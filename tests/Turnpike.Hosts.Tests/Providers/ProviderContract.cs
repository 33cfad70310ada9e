using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>What every provider that talks to a server promises; each adapter derives this with its own wire format.</summary>
public abstract partial class ProviderContract
{
    protected const string Key = "sk-contract-secret-123";

    protected abstract IModelProvider Provider(Uri server, string? key = Key);

    /// <summary>Events that begin an answer.</summary>
    protected abstract string[] Start();

    /// <summary>Events of one piece of text.</summary>
    protected abstract string[] Text(string text);

    /// <summary>Events of one tool call, its arguments in two pieces.</summary>
    protected abstract string[] ToolCall(string id, string name, string arguments);

    /// <summary>Events that end an answer, with 12 input tokens (4 of them cached) and 3 output tokens.</summary>
    protected abstract string[] Finish(bool calledTools = false);

    /// <summary>An event that holds an error instead of an answer.</summary>
    protected abstract string ErrorEvent(string message);

    protected abstract string ErrorBody(string message);

    private protected static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_text_piece_by_piece()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("Hel"), .. Text("lo, "), .. Text("wörld 🌍"), .. Finish()]);

        var updates = await CollectAsync(server);

        Assert.Equal(["Hel", "lo, ", "wörld 🌍"], updates.SelectMany(update => update.Contents).OfType<TextContent>().Select(text => text.Text));
        Assert.All(updates, update => Assert.Equal(ChatRole.Assistant, update.Role));
    }

    [Fact]
    public async Task Sends_nothing_that_carries_nothing()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("Hi"), .. Finish()]);

        var updates = await CollectAsync(server);

        Assert.All(updates, update => Assert.True(update.Contents.Count > 0 || update.FinishReason is not null));
    }

    [Fact]
    public async Task Tells_usage_once_with_what_was_cached()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("Hi"), .. Finish()]);

        var usage = Assert.Single((await CollectAsync(server)).SelectMany(update => update.Contents).OfType<UsageContent>()).Details;

        Assert.Equal((12, 4, 3), (usage.InputTokenCount, usage.CachedInputTokenCount, usage.OutputTokenCount));
    }

    [Fact]
    public async Task Names_answer_model_and_finish_reason()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("Hi"), .. Finish()]);

        var response = (await CollectAsync(server)).ToChatResponse();

        Assert.Equal(("answer-1", "m-2024", ChatFinishReason.Stop), (response.ResponseId, response.ModelId, response.FinishReason!.Value));
    }

    [Fact]
    public async Task What_the_provider_calls_the_request_is_kept_beside_what_it_calls_its_answer()
    {
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync("text/event-stream\r\nx-request-id: req_17");
            await exchange.ChunksAsync([.. Start(), .. Text("Hi"), .. Finish()]);
            await exchange.EndAsync();
        });

        var attempt = Assert.Single((await RunAsync(server, new() { Content = "hi" }, _ => { })).Attempts);

        Assert.Equal(("req_17", "answer-1"), (attempt.ProviderRequestId, attempt.ProviderResponseId));
    }

    [Fact]
    public async Task All_at_once_is_the_stream_collected()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("Hel"), .. Text("lo"), .. Finish()]);
        var provider = Provider(server.Url);

        var response = await provider.Client("m").GetResponseAsync("hi", cancellationToken: Test);

        Assert.Equal("Hello", response.Text);
        Assert.Equal(3, response.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task A_tool_call_arrives_whole_under_the_tools_own_name()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("Wait"), .. ToolCall("call-7", "weather_of", """{"city":"Paris","days":2}"""), .. Finish(calledTools: true)]);

        var updates = await CollectAsync(server, new() { Tools = [Tool("weather.of")] });

        var call = Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("call-7", "weather.of", "Paris", "2"), (call.CallId, call.Name, call.Arguments!["city"]!.ToString(), call.Arguments["days"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, updates[^1].FinishReason ?? updates.Last(update => update.FinishReason is not null).FinishReason);
    }

    [Fact]
    public async Task Arguments_that_are_no_JSON_are_a_fault_of_the_call_not_of_the_stream()
    {
        await using var server = RawServer.Streaming([.. Start(), .. ToolCall("call-7", "weather", "{\"city\": \"Par"), .. Finish(calledTools: true)]);

        var updates = await CollectAsync(server, new() { Tools = [Tool("weather")] });

        var call = Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>());
        Assert.NotNull(call.Exception);
        Assert.Equal("weather", call.Name);
    }

    [Fact]
    public async Task A_tool_call_that_comes_in_pieces_is_no_silence()
    {
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync([.. Start(), .. Text("Wait")]);
            foreach (var piece in ToolCall("call-7", "weather", """{"city":"Paris"}"""))
            {
                await Task.Delay(600, Test);
                await exchange.ChunksAsync(piece);
            }
            await Task.Delay(600, Test);
            await exchange.ChunksAsync(Finish(calledTools: true));
            await exchange.EndAsync();
        });

        var turn = await RunAsync(server, new() { Content = "hi", ClientTools = [new() { Name = "weather" }], OnWait = OnWait.HandOver }, services => services.Configure<ModelOptions>(options => options.BetweenTokens = TimeSpan.FromSeconds(2)));

        Assert.Equal((TurnStatus.Completed, null), (turn.Status, turn.Error?.Message));
        Assert.Equal("""{"city":"Paris"}""", Assert.Single(turn.OpenCalls).Arguments);
    }

    [Fact]
    public async Task Cancelling_hangs_up()
    {
        var left = new TaskCompletionSource();
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync([.. Start(), .. Text("one")]);
            await exchange.UntilClientLeavesAsync();
            left.SetResult();
        });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Test);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Provider(server.Url).Client("m").GetStreamingResponseAsync("hi", cancellationToken: cancel.Token)) await cancel.CancelAsync();
        });

        await left.Task.WaitAsync(TimeSpan.FromSeconds(1), Test);
    }

    [Fact]
    public async Task Leaving_the_loop_hangs_up()
    {
        var left = new TaskCompletionSource();
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync([.. Start(), .. Text("one")]);
            await exchange.UntilClientLeavesAsync();
            left.SetResult();
        });

        await foreach (var _ in Provider(server.Url).Client("m").GetStreamingResponseAsync("hi", cancellationToken: Test)) break;

        await left.Task.WaitAsync(TimeSpan.FromSeconds(2), Test);
    }

    private readonly TaskCompletionSource arrived = new();

    private protected static AIFunctionDeclaration Tool(string name) =>
        AIFunctionFactory.CreateDeclaration(name, "Does it.", System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    private protected async Task<List<ChatResponseUpdate>> CollectAsync(RawServer server, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Provider(server.Url).Client("m").GetStreamingResponseAsync("hi", options, Test)) updates.Add(update);
        return updates;
    }

    /// <summary>Runs a turn whose model is the server's.</summary>
    private protected async Task<Turn> RunAsync(RawServer server, TurnRequest request, Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddTurnpike().AddModel("test/m", Provider(server.Url).Client("m")).UseModel("test/m");
        configure(services);
        await using var built = services.BuildServiceProvider();
        var runner = built.GetRequiredService<TurnRunner>();
        var started = await runner.StartAsync(request, Test);
        return await runner.WaitAsync(started.Turn.Id, Test);
    }

    private protected Task<TurnException> FailAsync(RawServer server) =>
        Assert.ThrowsAsync<TurnException>(() => Provider(server.Url).Client("m").GetResponseAsync("hi", cancellationToken: Test));

    private protected async Task<(string Text, TurnException Error)> BreakAsync(RawServer server)
    {
        var text = "";
        var error = await Assert.ThrowsAsync<TurnException>(async () =>
        {
            await foreach (var update in Provider(server.Url).Client("m").GetStreamingResponseAsync("hi", cancellationToken: Test))
            {
                text += update.Text;
                if (text == "one two ") arrived.TrySetResult();
            }
        });
        return (text, error);
    }

    private sealed class Odd : AIContent;
}
