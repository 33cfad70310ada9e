using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Tracing;

namespace Turnpike.Benchmarks;

/// <summary>Doors 1 to 5 with stores in memory: 10 turns of history (20 messages), 10 variables, 5 triggers and three texts as long as rules.</summary>
[MemoryDiagnoser]
public class RoadPreparing : IDisposable
{
    private const string Rule = "Answer in plain words and short sentences. Say so when you do not know something. Never promise what the company has not promised in writing. ";
    private ServiceProvider _services = null!;
    private TurnRunner _runner = null!;
    private TurnRequest _request = null!;
    private (string Station, TraceChange[] Changes)[] _recorded = [];

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        var services = new ServiceCollection();
        services.AddTurnpike().AddModel("bench/model", new SilentModel()).UseModel("bench/model").AddTool((string query) => query, "webSearch", "Searches the web.").AddTool((string city) => city, "weather", "Tells the weather.");
        _services = services.BuildServiceProvider();
        _runner = _services.GetRequiredService<TurnRunner>();
        var names = Enumerable.Range(0, 10).Select(n => $"variable{n}").ToArray();
        var prompt = new Prompt
        {
            Key = "bench",
            Messages =
            [
                new() { Role = "system", Content = [new() { Type = "text", Text = string.Concat(Enumerable.Repeat(Rule, 3)) + string.Join(' ', names.Select(name => $"{name} is {{{{{name}}}}}.")) }] },
                new() { Role = "user", Content = [new() { Type = "text", Text = "Keep it short." }] },
            ],
            Variables = [.. names.Select(name => new VariableDefinition { Name = name, Required = true, MaxLength = 200 })],
        };
        var values = names.ToDictionary(name => name, name => JsonSerializer.SerializeToElement($"the value of {name}"));
        string? conversation = null;
        for (var i = 0; i < 10; i++)
        {
            var started = await _runner.StartAsync(new() { Prompt = conversation is null ? (PromptReference)prompt : null, Conversation = conversation, Variables = conversation is null ? values : [], Content = $"Question {i}: what should we see next, and why is it worth the walk?" }, default);
            conversation = (await _runner.WaitAsync(started.Turn.Id, default)).Conversation;
        }
        _request = new()
        {
            Conversation = conversation,
            Content = "@.params.temp 0.2; @.params.tokens 400; @.tools.activate webSearch; @.tools.activate weather; @.params.seed 7; What is open on a Sunday evening, and how do we get there without a car?",
        };
        _recorded = [.. (await Prepare()).Draft.Trace.Stations().Select(station => (station.Station, station.Changes.ToArray()))];
    }

    [Benchmark(Baseline = true)]
    public Task<PreparedTurn> Prepare() => _runner.PreviewAsync(_request, default);

    /// <summary>What the trace costs in that: the same stations and the same changes, each recorded anew.</summary>
    [Benchmark]
    public TurnTrace RecordTrace()
    {
        var trace = new TurnTrace(TimeProvider.System);
        foreach (var (station, changes) in _recorded)
        {
            trace.Enter(station);
            foreach (var change in changes) trace.Record(string.Concat(change.Path.AsSpan(0, change.Path.Length / 2), change.Path.AsSpan(change.Path.Length / 2)), change.Before, change.After, change.Source, change.Span);
        }
        trace.Leave();
        return trace;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private sealed class SilentModel : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return new(ChatRole.Assistant, "The old harbour is worth the walk: it is quiet, and the bread is good.");
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
