using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

/// <summary>Chat clients that a host brings, which do more or less than ours.</summary>
public sealed class ClientsOfTheHost
{
    private static Road Invoking(Action ran, Action<FunctionInvokingChatClient>? configure = null) => new(builder =>
    {
        builder.AddTool(() => { ran(); return "done"; }, "work");
        var inner = builder.Services.Select(service => service.ImplementationInstance).OfType<Turnpike.Turns.Catalogs.HostModel>().Single().Client;
        builder.AddModel("test/invoking", inner.AsBuilder().UseFunctionInvocation(configure: configure).Build());
    });

    private static TurnRequest Asking(ToolDecision? decision = null) => new()
    {
        Model = "test/invoking",
        Content = "Go",
        Tools = ["work"],
        Approval = decision is { } said ? new Dictionary<string, ToolDecision> { ["work"] = said } : new(),
    };

    [Fact]
    public async Task A_client_that_calls_functions_itself_leaves_our_tools_to_us()
    {
        var ran = 0;
        await using var road = Invoking(() => ran++);
        road.Model.Calls("work").Says("Done.");
        var turn = await road.RunAsync(Asking());
        Assert.Equal((1, 2, "Done."), (ran, road.Model.Requests.Count, turn.Answer));
        Assert.Equal(["user: Go", "assistant: [call work]", "tool: [result done]"], road.Model.Last.Transcript);
        Assert.All(road.Model.Last.Options.Tools!, tool => Assert.IsNotType<AIFunction>(tool, exactMatch: false));
    }

    [Fact]
    public async Task A_client_that_calls_functions_itself_calls_none_that_is_denied_or_asked_for()
    {
        var ran = 0;
        await using var road = Invoking(() => ran++);
        road.Model.Calls("work").Says("No.");
        await road.RunAsync(Asking(ToolDecision.Deny));
        Assert.Equal(0, ran);
        road.Model.Calls("work").Says("Yes.");
        var waiting = await road.RunAsync(Asking(ToolDecision.Ask));
        Assert.Equal((TurnStatus.Waiting, 0), (waiting.Status, ran));
    }

    [Fact]
    public async Task What_a_client_calls_of_its_own_is_no_call_of_the_turn()
    {
        var own = 0;
        await using var road = Invoking(() => { }, client => client.AdditionalTools = [AIFunctionFactory.Create(() => { own++; return "7"; }, "lookup")]);
        road.Model.Calls("lookup").Says("Seven.");
        var turn = await road.RunAsync(Asking());
        Assert.Equal((1, 2, "Seven.", TurnStatus.Completed), (own, road.Model.Requests.Count, turn.Answer, turn.Status));
        var events = await road.EventsAsync(turn.Id);
        Assert.Empty(events.OfType<ToolCall>());
        Assert.Equal("stop", Assert.Single(events.OfType<StepCompleted>()).FinishReason);
    }

    [Theory]
    [InlineData("timeout")]
    [InlineData("cancel")]
    [InlineData("stop")]
    public async Task A_client_that_ignores_its_token_is_left_behind(string how)
    {
        var (spoke, release, disposed) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var road = new Road(builder =>
        {
            if (how == "timeout") builder.Services.Configure<ModelOptions>(options => options.BetweenTokens = TimeSpan.FromMilliseconds(50));
            builder.Services.Configure<RunnerOptions>(options => options.Drain = TimeSpan.Zero);
        });
        road.Model.Answers((_, _) => HangingAsync(spoke, release.Task, disposed));
        var started = await road.Runner.StartAsync(new() { Content = "Go" }, TestContext.Current.CancellationToken);
        await spoke.Task;
        if (how == "cancel") await road.Runner.CancelAsync(started.Turn.Id, TestContext.Current.CancellationToken);
        if (how == "stop") await road.Runner.StopAsync(TestContext.Current.CancellationToken);
        var turn = await road.Runner.WaitAsync(started.Turn.Id, TestContext.Current.CancellationToken);
        Assert.Equal((how switch { "timeout" => TurnStatus.Failed, "cancel" => TurnStatus.Cancelled, _ => TurnStatus.Interrupted }, "x"), (turn.Status, turn.Answer));
        if (how == "timeout") Assert.Equal("timeout", turn.Error?.Code);
        Assert.False(disposed.Task.IsCompleted); // while it moves
        release.SetResult();
        await disposed.Task;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HangingAsync(TaskCompletionSource spoke, Task until, TaskCompletionSource disposed)
    {
        try
        {
            yield return new(ChatRole.Assistant, "x");
            spoke.SetResult();
            await until;
            yield return new(ChatRole.Assistant, "nobody hears this");
        }
        finally
        {
            disposed.SetResult();
        }
    }

    [Fact]
    public async Task An_answer_that_says_that_it_failed_fails_the_turn()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelOptions>(options => options.Attempts = 1));
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new ErrorContent("The model is overloaded.") { ErrorCode = "server_error" }]) { FinishReason = ChatFinishReason.Stop }], stop));
        var turn = await road.RunAsync("Hi");
        Assert.Equal((TurnStatus.Failed, "provider_error", "Model \"test/model\" failed: The model is overloaded."), (turn.Status, turn.Error?.Code, turn.Error?.Message));
    }

    [Fact]
    public async Task A_refusal_that_is_told_as_an_error_is_a_refusal()
    {
        await using var road = new Road();
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new ErrorContent("I will not.") { ErrorCode = "Refusal" }]) { FinishReason = ChatFinishReason.ContentFilter }], stop));
        var turn = await road.RunAsync("Hi");
        var said = Assert.Single((await road.EventsAsync(turn.Id)).OfType<TextDelta>());
        Assert.Equal((TurnStatus.Completed, "I will not.", true), (turn.Status, said.Text, said.Refusal));
    }

    [Fact]
    public async Task Media_that_a_model_answers_with_are_told_of()
    {
        await using var road = new Road();
        var image = new DataContent(new byte[] { 1, 2, 3 }, "image/png");
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new TextContent("Here: "), image, image, new UriContent("https://example.org/a.mp3", "audio/mpeg")])], stop));
        var turn = await road.RunAsync("Draw");
        Assert.Equal("Here: ", turn.Answer);
        Assert.Equal(["Model \"test/model\" answered with data (image/png); answers are text, so it was left out.", "Model \"test/model\" answered with an address (audio/mpeg); answers are text, so it was left out."],
            turn.Warnings.Where(warning => warning.Code == "answer_part_dropped").Select(warning => warning.Message));
    }

    [Fact]
    public async Task What_a_client_throws_is_in_the_log_and_behind_the_error_of_a_chat_client()
    {
        var log = new Lines();
        await using var road = new Road(builder => builder.Services.AddSingleton<ILoggerProvider>(log));
        var thrown = new InvalidOperationException("my own words");
        for (var i = 0; i < 3; i++) road.Model.Fails(thrown);
        using var client = new PromptChatClient(road.Runner, null);
        var error = await Assert.ThrowsAsync<TurnException>(() => client.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Same(thrown, error.InnerException);
        Assert.Equal(3, log.Count);
        Assert.All(log, line => Assert.Contains("provider_error, System.InvalidOperationException", line, StringComparison.Ordinal));
        Assert.All(log, line => Assert.Contains("ScriptedModel", line, StringComparison.Ordinal)); // where
        Assert.DoesNotContain(log, line => line.Contains("my own words", StringComparison.Ordinal)); // clients repeat what people wrote
    }

    [Theory]
    [InlineData(typeof(ArgumentNullException), 1)]
    [InlineData(typeof(NotSupportedException), 1)]
    [InlineData(typeof(NullReferenceException), 1)]
    [InlineData(typeof(TimeoutException), 3)]
    public async Task A_fault_of_the_client_itself_is_not_tried_again(Type kind, int times)
    {
        await using var road = new Road();
        for (var i = 0; i < 3; i++) road.Model.Fails((Exception)Activator.CreateInstance(kind)!);
        var turn = await road.RunAsync("Hi");
        Assert.Equal((TurnStatus.Failed, times), (turn.Status, road.Model.Requests.Count));
    }

    [Fact]
    public async Task A_chat_client_says_which_model_answered()
    {
        await using var road = new Road();
        using var client = new PromptChatClient(road.Runner, null);
        Assert.Equal("test/model", (await client.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken)).ModelId);
    }

    private sealed class Lines : List<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;
        public void Dispose() { }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (this) Add($"{formatter(state, exception)} {exception}");
        }
    }
}
