using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>What a provider tells of its models counts from the first turn on, whether or not anybody looked at the list.</summary>
public sealed class ModelsThatAreListed
{
    private static readonly TurnRequest Asking = new() { Content = "Hi", Model = "or/m1", Parameters = new() { Temperature = 0.5, Seed = 7 } };
    private readonly ListedModels _provider = new(new ModelInfo { Id = "or/m1", Provider = "or", ContextWindow = 8000, Input = ["text"], Parameters = ["temperature"], Price = new() { Input = 1, Output = 10 } });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Road NewRoad(Action<ModelCatalogOptions>? configure = null) => new(builder =>
    {
        builder.AddModels(_provider);
        if (configure is not null) builder.Services.Configure(configure);
    });

    private static Task<IReadOnlyList<ModelInfo>> Unreachable() => throw new TurnException(TurnErrorCode.ProviderUnreachable, "Nobody is there.");

    [Fact]
    public async Task The_first_turn_has_a_cost_and_is_sent_what_the_model_takes_and_the_list_is_read_once()
    {
        await using var road = NewRoad();
        var first = await road.RunAsync(Asking);
        Assert.Equal((0.00002m, "parameter_dropped"), (first.Cost?.Amount, Assert.Single(first.Warnings).Code)); // 10 tokens in, 1 out
        Assert.Equal((0.5f, null), (_provider.Model.Last.Options.Temperature, _provider.Model.Last.Options.Seed));
        await road.RunAsync(Asking);
        await road.Get<ModelCatalog>().ListAsync(null, Stop);
        Assert.Equal(1, _provider.Asked);
    }

    [Fact]
    public async Task A_model_that_is_not_listed_is_sent_what_all_of_its_provider_take()
    {
        await using var road = new Road(builder => builder.AddModels(new ListedModels { Parameters = ["temperature"] }).AddModels(new Renamed(_provider)));
        var turn = await road.RunAsync(Asking with { Model = "or/m9", Content = "@.params.seed 3; Hi" });
        Assert.Equal("parameter_dropped", Assert.Single(turn.Warnings).Code);
        Assert.Equal((null, 0.5), (turn.Parameters.Seed, turn.Parameters.Temperature));
        turn = await road.RunAsync(Asking with { Model = "other/m9" });
        Assert.Empty(turn.Warnings);
        Assert.Equal((0.5f, 7L), (_provider.Model.Last.Options.Temperature, _provider.Model.Last.Options.Seed));
    }

    [Fact]
    public async Task A_provider_that_cannot_list_delays_no_turn_and_is_asked_again_a_minute_later()
    {
        _provider.Lists = Unreachable;
        await using var road = NewRoad();
        for (var i = 0; i < 3; i++)
        {
            var turn = await road.RunAsync(Asking);
            Assert.Equal((TurnStatus.Completed, null), (turn.Status, turn.Cost));
        }
        Assert.Equal(1, _provider.Asked);
        _provider.Lists = new ListedModels(new ModelInfo { Id = "or/m1", Provider = "or", Price = new() { Input = 1, Output = 10 } }).Lists;
        road.Clock.Advance(TimeSpan.FromSeconds(61));
        await road.RunAsync(Asking);
        await road.Get<ModelCatalog>().ListAsync(null, Stop); // the same asking
        Assert.Equal(2, _provider.Asked);
        Assert.NotNull((await road.RunAsync(Asking)).Cost);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_waited_for_once_and_a_moment_only()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<ModelInfo>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Lists = () => answer.Task;
        await using var road = NewRoad();
        var running = road.RunAsync(Asking);
        for (var i = 0; i < 15 && !running.IsCompleted; i++)
        {
            await Task.WhenAny(running, Task.Delay(50, Stop));
            road.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Null((await running).Cost);
        Assert.Null((await road.RunAsync(Asking)).Cost);
        answer.SetResult([new() { Id = "or/m1", Provider = "or", Price = new() { Input = 1, Output = 10 } }]);
        await road.Get<ModelCatalog>().ListAsync(null, Stop);
        Assert.NotNull((await road.RunAsync(Asking)).Cost);
        Assert.Equal(1, _provider.Asked);
    }

    [Fact]
    public async Task What_was_listed_last_counts_while_a_provider_is_away()
    {
        await using var road = NewRoad();
        await road.RunAsync(Asking);
        _provider.Lists = Unreachable;
        road.Clock.Advance(TimeSpan.FromHours(2));
        var failed = new List<string>();
        Assert.DoesNotContain("or/m1", (await road.Get<ModelCatalog>().ListAsync((provider, _) => failed.Add(provider), Stop)).Select(model => model.Id));
        Assert.Equal(["or"], failed);
        Assert.NotNull((await road.RunAsync(Asking)).Cost);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_hides_no_other()
    {
        _provider.Lists = () => throw new InvalidOperationException("at /home/ann");
        await using var road = new Road(builder => builder.AddModels(_provider).AddModels(new Renamed(_provider) { Listed = [new() { Id = "other/m1", Provider = "other" }] }));
        var failed = new List<TurnException>();
        Assert.Contains("other/m1", (await road.Get<ModelCatalog>().ListAsync((_, error) => failed.Add(error), Stop)).Select(model => model.Id));
        var told = Assert.Single(failed);
        Assert.Equal((TurnErrorCode.InternalError, "Provider \"or\" could not list its models: InvalidOperationException."), (told.Code, told.Message));
        Assert.Equal("other/m1", (await road.RunAsync(Asking with { Model = "m1" })).Model);
    }

    [Fact]
    public async Task What_is_configured_of_a_model_hides_only_what_it_says_itself()
    {
        await using var road = NewRoad(options => options.Models["or/m1"] = new() { Id = "or/m1", Provider = "or", DisplayName = "My model", Price = new() { Input = 2, Output = 20 } });
        var turn = await road.RunAsync(Asking);
        Assert.Equal((0.00004m, "parameter_dropped"), (turn.Cost?.Amount, Assert.Single(turn.Warnings).Code));
        Assert.Null(_provider.Model.Last.Options.Seed);
        var model = (await road.Get<ModelCatalog>().ListAsync(null, Stop)).Single(model => model.Id == "or/m1");
        Assert.Equal(("My model", 8000, 2m, "text"), (model.DisplayName, model.ContextWindow, model.Price?.Input, Assert.Single(model.Input!)));
    }

    /// <summary>A provider that says nothing of all its models.</summary>
    private sealed class Renamed(ListedModels provider) : IModelProvider
    {
        public string Name => "other";

        public IReadOnlyList<ModelInfo> Listed { get; init; } = [];

        public Microsoft.Extensions.AI.IChatClient Client(string model) => provider.Client(model);

        public Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(Listed);
    }
}
