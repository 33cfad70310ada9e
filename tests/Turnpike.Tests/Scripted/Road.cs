using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scripted;

/// <summary>The whole road in memory with a scripted model <c>test/model</c> at its end.</summary>
public sealed class Road : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Road(Action<TurnpikeBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        var builder = services.AddTurnpike().AddModel("test/model", Model).UseModel("test/model");
        services.Configure<ModelOptions>(options => options.Backoff = TimeSpan.Zero);
        configure?.Invoke(builder);
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public ScriptedModel Model { get; } = new();

    public ManualClock Clock { get; } = new();

    public TurnRunner Runner => Get<TurnRunner>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Runs a turn to its end.</summary>
    public async Task<Turn> RunAsync(TurnRequest request)
    {
        var started = await Runner.StartAsync(request, TestContext.Current.CancellationToken);
        return await Runner.WaitAsync(started.Turn.Id, TestContext.Current.CancellationToken);
    }

    public Task<Turn> RunAsync(string content) => RunAsync(new TurnRequest { Content = content });

    /// <summary>Expects the turn to be refused before the model.</summary>
    public async Task<TurnException> RefusedAsync(TurnRequest request)
    {
        var error = await Assert.ThrowsAsync<TurnException>(() => Runner.StartAsync(request, TestContext.Current.CancellationToken));
        return error;
    }

    public Task<Prompt> SaveAsync(Prompt prompt) => Get<IPromptStore>().SaveAsync(prompt, null, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<TurnEvent>> EventsAsync(string turn, long after = 0)
    {
        var events = new List<TurnEvent>();
        await foreach (var batch in Runner.SubscribeAsync(turn, after, TestContext.Current.CancellationToken)) events.AddRange(batch);
        return events;
    }

    public async Task<Conversation> ConversationAsync(string id) => (await Get<IConversationStore>().FindAsync(id, TestContext.Current.CancellationToken))!;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
