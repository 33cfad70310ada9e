using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>Whether a word at the end of a line is a tool's name is found out for the turn it stands in, however long its source takes to tell.</summary>
public sealed class NamesAtTheEndOfALine
{
    private static Road NewRoad(Action<TurnpikeBuilder>? more = null) => new(builder =>
    {
        builder.AddTool((string sum) => "4", "calculator").AddTool((string city) => "rain", "forecast");
        more?.Invoke(builder);
    });

    private static IDisposable Key(Road road, params string[] tools) => KeyScope.Enter(new() { Id = "key_" + tools[0], Name = tools[0], Prefix = "tp_1", CreatedAt = road.Clock.GetUtcNow(), Tools = tools });

    [Fact]
    public async Task A_store_that_answers_later_is_waited_for_in_the_first_turn_already()
    {
        await using var road = NewRoad(builder => builder.Services.AddSingleton(services => Watched<IPromptStore>.Of(new InMemoryPromptStore(services.GetRequiredService<TimeProvider>()),
            (name, _, pass) => name == nameof(IPromptStore.MarkAsync) ? LaterAsync(pass) : pass())));
        await road.RunAsync("@.tools.activate calculator\nHi");
        Assert.Equal(("calculator", "user: Hi"), (Assert.Single(road.Model.Last.Tools), Assert.Single(road.Model.Last.Transcript)));

        static async Task<string> LaterAsync(Func<object?> pass)
        {
            await Task.Yield();
            return await (Task<string>)pass()!;
        }
    }

    [Fact]
    public async Task A_source_that_never_answers_keeps_nobody_from_the_tools_of_others()
    {
        await using var road = NewRoad(builder => builder.AddTools(new Silent()));
        await road.RunAsync("@.tools.activate calculator\nHi");
        Assert.Equal(["calculator"], road.Model.Last.Tools);
    }

    [Theory]
    [InlineData("@.tools.activate calculator please\nHi", "", "user: @.tools.activate calculator please\nHi")]
    [InlineData("@.tools.activate nothing\n@.tools.activate calculator\nHi", "calculator", "user: @.tools.activate nothing\nHi")]
    [InlineData("@.tools.activate calculator, forecast\nHi", "calculator,forecast", "user: Hi")]
    [InlineData("@.tools.activate locate\nHi", "locate", "user: Hi")]
    [InlineData("@.tools.activate calculator\n@.tools.deactivate calculator\nHi", "", "user: Hi")]
    public async Task Names_are_told_from_prose(string content, string tools, string sent)
    {
        await using var road = NewRoad();
        await road.RunAsync(new TurnRequest { Content = content, ClientTools = content.Contains("locate", StringComparison.Ordinal) ? [new() { Name = "locate" }] : [] });
        Assert.Equal((tools, sent), (string.Join(',', road.Model.Last.Tools), Assert.Single(road.Model.Last.Transcript)));
    }

    [Fact]
    public async Task The_tools_of_one_key_decide_nothing_for_another_that_asks_at_the_same_time()
    {
        await using var road = NewRoad();
        using (Key(road, "calculator")) await road.RunAsync("@.tools.activate calculator\nHi");
        Assert.Equal(["calculator"], road.Model.Last.Tools);
        using (Key(road, "forecast"))
        {
            await road.RunAsync("@.tools.activate forecast\nHi");
            Assert.Equal(("forecast", "user: Hi"), (Assert.Single(road.Model.Last.Tools), Assert.Single(road.Model.Last.Transcript)));
            await road.RunAsync("@.tools.activate calculator\nHi");
            Assert.Equal((0, "user: @.tools.activate calculator\nHi"), (road.Model.Last.Tools.Count, Assert.Single(road.Model.Last.Transcript)));
        }
    }

    [Fact]
    public async Task Completion_goes_on_over_a_line_that_is_no_trigger_of_its_own()
    {
        await using var road = NewRoad();
        var completion = road.Get<TriggerCompletion>();
        const string Open = "@.tools.activate calculatr\n  fore", Whole = "@.tools.activate calculator\n  fore";
        Assert.Equal("forecast", Assert.Single(await completion.CompleteAsync(Open, Open.Length, TestContext.Current.CancellationToken)).Label);
        Assert.Empty(await completion.CompleteAsync(Whole, Whole.Length, TestContext.Current.CancellationToken));
    }

    private sealed class Silent : IToolSource
    {
        public string Name => "silent";

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(new TaskCompletionSource<IReadOnlyList<AIFunction>>().Task.WaitAsync(cancellationToken));
    }
}
