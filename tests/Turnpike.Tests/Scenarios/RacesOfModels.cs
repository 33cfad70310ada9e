using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A text that several models answer, each in a turn of its own beside the first.</summary>
public sealed class RacesOfModels : IDisposable
{
    private readonly ScriptedModel _a = new();
    private readonly ScriptedModel _b = new();

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Road NewRoad() => new(builder => builder.AddModel("test/a", _a).AddModel("test/b", _b));

    private static async Task<Turn[]> BesideAsync(Road road, Turn turn)
    {
        var siblings = (await road.Get<ITurnStore>().SiblingsAsync(await road.ConversationAsync(turn.Conversation), turn.Id, 10, Stop))[turn.Id];
        return await Task.WhenAll(siblings.Where(id => id != turn.Id).Select(id => road.Runner.WaitAsync(id, Stop)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_model_is_sent_the_same_and_answers_in_a_turn_of_its_own(bool goesOn)
    {
        await using var road = NewRoad();
        var before = goesOn ? await road.RunAsync("Zero") : null;
        var turn = await road.RunAsync(new TurnRequest { Conversation = before?.Conversation, Content = "@.race.models test/a, test/b, test/model; @.params.temp 0.3; Hi", Resources = [new() { Id = "res_1", Kind = "note", Text = "N" }], User = "ada" });
        var others = await BesideAsync(road, turn);
        Assert.Equal(("test/a", 2, turn.Parent), (turn.Model, others.Length, before?.Id));
        Assert.Equal(["test/b", "test/model"], others.Select(other => other.Model).Order(StringComparer.Ordinal));
        Assert.All(others, other => Assert.Equal((TurnStatus.Completed, turn.Parent, new TurnOrigin(turn.Id, TurnOriginKind.Regenerate)), (other.Status, other.Parent, other.Origin)));
        Assert.All(((ScriptedModel[])[_b, road.Model]).Select(model => model.Last), sent => Assert.Equal((_a.Last.Transcript[^1], (float?)0.3f), (sent.Transcript[^1], sent.Options.Temperature)));
        Assert.Equal((1, 1), (_a.Requests.Count, _b.Requests.Count));
        var head = (await road.ConversationAsync(turn.Conversation)).Head;
        Assert.Contains(others, other => other.Id == head);
    }

    [Fact]
    public async Task A_preview_lists_what_would_be_done_and_does_nothing()
    {
        await using var road = NewRoad();
        var preview = await road.Runner.PreviewAsync(new() { Content = "@.race.models test/a test/b; Hi" }, Stop);
        Assert.Equal(("race.models", "Asks test/b in a turn beside this one."), (Assert.Single(preview.Actions).Trigger, preview.Actions[0].Description));
        Assert.Equal((0, 0), (_a.Requests.Count, _b.Requests.Count));
    }

    [Fact]
    public async Task Doing_it_again_asks_one_model_and_editing_it_races_anew()
    {
        await using var road = NewRoad();
        var branches = road.Get<Turnpike.Pipeline.TurnBranches>();
        var turn = await road.RunAsync("@.race.models test/a test/b; Hi");
        await BesideAsync(road, turn);
        await road.RunAsync(await branches.RegenerateAsync(turn.Id, new(), Stop));
        Assert.Equal((2, 1), (_a.Requests.Count, _b.Requests.Count));
        var edited = await road.RunAsync(await branches.EditAsync(turn.Id, "@.race.models test/b test/a; Ho", new(), Stop));
        await BesideAsync(road, edited);
        Assert.Equal((3, 2, "user: Ho"), (_a.Requests.Count, _b.Requests.Count, _a.Last.Transcript[^1]));
    }

    [Theory]
    [InlineData("@.race.models test/a; Hi", "takes two to 8 models")]
    [InlineData("@.race.models test/a nobody/x; Hi", "There is no model \"nobody/x\"")]
    public async Task One_that_cannot_be_run_stays_text(string content, string why)
    {
        await using var road = NewRoad();
        var turn = await road.RunAsync(content);
        Assert.Equal(["user: " + content], road.Model.Last.Transcript);
        Assert.Contains(why, Assert.Single(turn.Warnings).Message, StringComparison.Ordinal);
    }
}
