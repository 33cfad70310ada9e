using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Middleware;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Tests.Scenarios;

/// <summary>For a model that stands in the turn is composed anew, when the first has failed: with its own window, and with what it reads and takes.</summary>
public sealed class TurnsComposedAnew : IDisposable
{
    private readonly ScriptedModel _spare = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TurnException Busy => new(TurnErrorCode.ProviderError, "busy") { ProviderStatus = 503 };

    private static string Long(string word) => string.Concat(Enumerable.Repeat(word + " ", 2_400));

    public void Dispose() => _spare.Dispose();

    private Road NewRoad(int? first, int? spare, Action<TurnpikeBuilder>? more = null) => new(builder =>
    {
        builder.AddModel("spare/model", _spare).AddTool(() => "sun", "weather");
        builder.Services.Configure<ModelOptions>(options => options.Attempts = 1).Configure<ModelCatalogOptions>(options =>
        {
            options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = first };
            options.Models["spare/model"] = new() { Id = "spare/model", Provider = "spare", ContextWindow = spare };
        });
        more?.Invoke(builder);
    });

    private static Prompt Prompt => new() { Fallback = ["spare/model"], Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "You are {{model}}." }] }], InferVariables = true };

    private static async Task<ModelRequest> SentAsync(Road road, Turn turn) =>
        JsonSerializer.Deserialize((await road.Get<ITurnStore>().RequestAsync(turn.Id, Stop))!.Value.Span, Turnpike.Turns.Json.TurnpikeJson.Relaxed.ModelRequest)!;

    private static string[] Texts(ModelRequest request) => [.. request.Messages.Select(message => $"{message.Role}: {(message.Text.Length > 40 ? message.Text[..4] : message.Text)}")];

    [Theory]
    [InlineData(2_000, null)]
    [InlineData(6_000, 4_000)]
    public async Task One_with_a_smaller_window_is_sent_the_newest_turns_that_fit_and_what_each_was_sent_is_kept(int window, int? answer)
    {
        await using var road = NewRoad(100_000, window);
        road.Model.Says("Noted.").Says("Right.").Fails(Busy);
        _spare.Says("Here.");
        var first = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = Long("word") });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Short" });
        var turn = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?", Parameters = new() { MaxOutputTokens = answer } });

        Assert.Equal(6, road.Model.Last.Transcript.Count);
        Assert.Equal(["system: You are spare/model.", "user: Short", "assistant: Right.", "user: And?"], _spare.Last.Transcript);
        Assert.Equal((TurnStatus.Completed, "Here."), (turn.Status, turn.Answer));
        Assert.Empty(turn.Warnings);
        var sent = await SentAsync(road, turn);
        Assert.Equal(("test/model", 6), (sent.Model, sent.Messages.Count));
        var own = Assert.Single(sent.StandIns!);
        Assert.Equal("spare/model", own.Model);
        Assert.Equal(_spare.Last.Transcript, Texts(own));
        var trace = JsonSerializer.Deserialize((await road.Get<ITurnStore>().TraceAsync(turn.Id, Stop))!.Value.Span, Turnpike.Turns.Json.TurnpikeJson.Relaxed.IReadOnlyListTraceStation)!;
        TraceStation[] composed = [.. trace.Where(station => station.Station == "messages")];
        Assert.Equal(2, composed.Length);
        Assert.Contains(composed[1].Changes, change => change is { Path: "model", Source: "fallback" } && change.After?.ToString() == "spare/model");
        Assert.Null(composed[0].Packing);
        Assert.Equal(("history", 1), (Assert.Single(composed[1].Packing!).Kind, composed[1].Packing![0].Turns));
    }

    [Fact]
    public async Task One_with_a_larger_window_is_sent_more_than_the_first_could_take()
    {
        await using var road = NewRoad(5_000, 100_000);
        road.Model.Says("Noted.").Says("Noted too.").Fails(Busy);
        _spare.Says("Here.");
        var first = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = Long("word") });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = Long("text") });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?" });
        Assert.Equal(4, road.Model.Last.Transcript.Count);
        Assert.Equal(6, _spare.Last.Transcript.Count);
    }

    [Fact]
    public async Task One_that_cannot_take_even_the_newest_turn_is_passed_over_and_the_next_is_asked()
    {
        using var small = new ScriptedModel();
        await using var road = NewRoad(100_000, 100_000, builder =>
        {
            builder.AddModel("small/model", small);
            builder.Services.Configure<ModelCatalogOptions>(options => options.Models["small/model"] = new() { Id = "small/model", Provider = "small", ContextWindow = 1_000 });
        });
        road.Model.Fails(Busy);
        _spare.Says("Here.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = Prompt with { Fallback = ["small/model", "spare/model"] }, Content = Long("word") });
        Assert.Empty(small.Requests);
        Assert.Equal("Here.", turn.Answer);
        var skipped = Assert.Single(turn.Warnings);
        Assert.Equal("model_skipped", skipped.Code);
        Assert.StartsWith("Model \"small/model\", which stands in, was not asked: The turn alone has about 3,", skipped.Message, StringComparison.Ordinal);
        Assert.Equal(["spare/model"], (await SentAsync(road, turn)).StandIns!.Select(own => own.Model));
    }

    [Fact]
    public async Task It_takes_what_the_first_did_not_and_a_number_that_is_too_high_for_it_is_left_out()
    {
        await using var road = new Road(builder =>
        {
            builder.AddModel("spare/model", _spare);
            builder.Services.Configure<ModelOptions>(options => options.Attempts = 1).Configure<ModelCatalogOptions>(options =>
            {
                options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = ["temperature"] };
                options.Models["spare/model"] = new() { Id = "spare/model", Provider = "spare", Parameters = ["temperature", "seed"], Ranges = new Dictionary<string, ParameterRange> { ["temperature"] = new() { Max = 1 } } };
            });
        });
        road.Model.Fails(Busy);
        _spare.Says("Here.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = "Go", Parameters = new() { Temperature = 1.5, Seed = 7 } });
        Assert.Equal((1.5f, (long?)null), (road.Model.Last.Options.Temperature, road.Model.Last.Options.Seed));
        Assert.Equal(((float?)null, 7L), (_spare.Last.Options.Temperature, _spare.Last.Options.Seed));
        Assert.Equal(["parameter_dropped", "parameter_dropped"], turn.Warnings.Select(warning => warning.Code));
        Assert.Contains("\"spare/model\" takes \"temperature\"", turn.Warnings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_middleware_of_the_request_sees_what_it_is_sent_and_tools_go_on_in_its_own_messages()
    {
        await using var road = NewRoad(null, null, builder => builder.Services.AddSingleton<IRequestMiddleware, Shouts>());
        road.Model.Fails(Busy).Fails(Busy);
        _spare.Calls("weather").Says("Sunny.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = "Go", Tools = ["weather"] });
        Assert.Equal("Sunny.", turn.Answer);
        Assert.Equal(["system: YOU ARE SPARE/MODEL.", "user: GO"], _spare.Requests[0].Transcript);
        Assert.Equal(_spare.Requests[0].Transcript, _spare.Requests[1].Transcript.Take(2));
        Assert.Equal(4, _spare.Requests[1].Transcript.Count);
        Assert.Single((await SentAsync(road, turn)).StandIns!);
    }

    [Fact]
    public async Task A_turn_that_waited_goes_on_with_what_each_model_was_sent()
    {
        await using var road = NewRoad(100_000, 2_000);
        road.Model.Says("Noted.").Fails(Busy).Fails(Busy);
        _spare.Calls("ask").Says("Rome it is.");
        var first = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = Long("word") });
        var turn = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?", ClientTools = [new() { Name = "ask", Schema = JsonElement.Parse("{}") }], OnWait = OnWait.Wait });
        Assert.Equal(TurnStatus.Waiting, turn.Status);
        await road.Runner.AnswerAsync(turn.Id, [new() { CallId = "call_1", Output = JsonElement.Parse("\"Rome\"") }], Stop);
        turn = await road.Runner.WaitAsync(turn.Id, Stop);
        Assert.Equal("Rome it is.", turn.Answer);
        Assert.Equal(["system: You are spare/model.", "user: And?"], _spare.Requests[0].Transcript);
        Assert.Equal(_spare.Requests[0].Transcript, _spare.Last.Transcript.Take(2));
        Assert.Equal((4, 6), (_spare.Last.Transcript.Count, road.Model.Last.Transcript.Count));
    }

    [Fact]
    public async Task A_retry_sends_each_model_what_it_was_sent()
    {
        await using var road = NewRoad(100_000, 2_000);
        road.Model.Says("Noted.").Fails(Busy).Fails(Busy);
        _spare.Fails(Busy).Says("Here.");
        var first = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = Long("word") });
        var failed = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?" });
        Assert.Equal(TurnStatus.Failed, failed.Status);
        var again = await road.RunAsync(await road.Get<TurnBranches>().RetryAsync(failed.Id, new(), Stop));
        Assert.Equal("Here.", again.Answer);
        Assert.Equal(["system: You are spare/model.", "user: And?"], _spare.Last.Transcript);
        Assert.Equal(_spare.Requests[0].Transcript, _spare.Last.Transcript);
        Assert.Equal(["spare/model"], (await SentAsync(road, again)).StandIns!.Select(own => own.Model));
    }

    private sealed class Shouts : IRequestMiddleware
    {
        public ValueTask<ModelRequest> InvokeAsync(TurnDraft draft, ModelRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult(request with { Messages = [.. request.Messages.Select(message => new ChatMessage(message.Role, message.Text.ToUpperInvariant()))] });
    }
}
