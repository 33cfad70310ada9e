using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Conversations;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>What happens beside the road when a turn has ended: observers, and the titles of conversations.</summary>
public sealed class Observers
{
    private sealed class Listener : ITurnObserver
    {
        public List<Turn> Turns { get; } = [];

        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
        {
            Turns.Add(turn);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Thrower : ITurnObserver
    {
        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken) => throw new InvalidOperationException("broken");
    }

    [Fact]
    public async Task They_hear_of_every_turn_however_it_ended_and_one_that_throws_hinders_nobody()
    {
        var listener = new Listener();
        await using var road = new Road(builder => builder.AddObserver(new Thrower()).AddObserver(listener));
        road.Model.Says("Hello").Fails(new TurnException(TurnErrorCode.ProviderRefused, "No."));
        await road.RunAsync("One");
        await road.RunAsync("Two");
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal([("One", TurnStatus.Completed, "Hello"), ("Two", TurnStatus.Failed, "")], listener.Turns.Select(turn => (turn.Content, turn.Status, turn.Answer)).Order());
    }

    private static async Task<(Road Road, ScriptedModel Small)> TitledAsync(params string[] says)
    {
        var small = new ScriptedModel();
        foreach (var said in says) small.Says(said);
        var road = new Road(builder =>
        {
            builder.AddModel("test/small", small);
            builder.Services.Configure<ModelCatalogOptions>(options => options.SmallModel = "test/small");
        });
        await Task.CompletedTask;
        return (road, small);
    }

    [Fact]
    public async Task A_small_model_names_a_conversation_after_its_first_turn()
    {
        var (road, small) = await TitledAsync("""{"title": "\"Rain in Oslo\"\n"}""", """{"title": "Other"}""");
        await using var _ = road;
        road.Model.Says("Yes, it rains.");
        var turn = await road.RunAsync("@.params.temp 0.5; Does it rain in Oslo?");
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal("Rain in Oslo", (await road.ConversationAsync(turn.Conversation)).Title);
        Assert.Equal("user: Does it rain in Oslo?\n\nYes, it rains.", small.Last.Transcript[1]);
        Assert.IsType<ChatResponseFormatJson>(small.Last.Options.ResponseFormat);
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "And now?" });
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Single(small.Requests);
    }

    [Fact]
    public async Task No_model_reads_a_turn_that_is_not_stored_to_name_its_conversation()
    {
        var (road, small) = await TitledAsync("""{"title": "A letter to Ann"}""");
        await using var _ = road;
        var turn = await road.RunAsync(new TurnRequest { Store = false, Content = "Dear Ann" });
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Null((await road.ConversationAsync(turn.Conversation)).Title);
        Assert.Empty(small.Requests);
        Assert.Single(road.Model.Requests);
    }

    [Fact]
    public async Task A_title_that_somebody_gave_stays()
    {
        var (road, small) = await TitledAsync("""{"title": "Other"}""");
        await using var _ = road;
        var turn = await road.RunAsync("@.title.set Mine; Hi");
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal("Mine", (await road.ConversationAsync(turn.Conversation)).Title);
        Assert.Empty(small.Requests);
    }

    [Theory]
    [InlineData("no idea")]
    [InlineData("""{"title": 5}""")]
    [InlineData("""{"title": "  "}""")]
    [InlineData("""["x"]""")]
    public async Task Without_a_usable_answer_there_is_no_title(string answer)
    {
        var (road, _) = await TitledAsync(answer);
        await using var _ = road;
        var turn = await road.RunAsync("Hi");
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal((null, TurnStatus.Completed), ((await road.ConversationAsync(turn.Conversation)).Title, turn.Status));
    }

    [Fact]
    public async Task The_turn_does_not_wait_for_its_title()
    {
        var (road, small) = await TitledAsync();
        await using var _ = road;
        var free = new TaskCompletionSource();
        small.Answers((_, stop) => Later(free.Task));
        var turn = await road.RunAsync("Hi");
        Assert.Equal(TurnStatus.Completed, turn.Status);
        Assert.Null((await road.ConversationAsync(turn.Conversation)).Title);
        free.SetResult();
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal("Late", (await road.ConversationAsync(turn.Conversation)).Title);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Later(Task free)
    {
        await free;
        yield return new(ChatRole.Assistant, """{"title": "Late"}""");
    }

    [Theory]
    [InlineData(null, false, 0)]
    [InlineData(true, false, 1)]
    [InlineData(null, true, 1)]
    [InlineData(false, true, 0)]
    public async Task Titles_are_made_when_there_is_a_small_model_unless_the_options_say_otherwise(bool? auto, bool small, int asked)
    {
        await using var road = new Road(builder =>
        {
            builder.Services.Configure<TitleOptions>(options => options.Auto = auto);
            if (small) builder.Services.Configure<ModelCatalogOptions>(options => options.SmallModel = "test/model");
        });
        await road.RunAsync("Hi");
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal(1 + asked, road.Model.Requests.Count);
    }
}
