using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>What is named when a turn is done again is the later choice of a person: it counts over the triggers of the text.</summary>
public sealed class ChosenAgain : IDisposable
{
    private const string Text = "@.model.use test/a; @.params.temp 0.1; @.params.seed 3; x";

    private readonly ScriptedModel _a = new();
    private readonly ScriptedModel _b = new();

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Road NewRoad() => new(builder => builder.AddModel("test/a", _a).AddModel("test/b", _b));

    [Fact]
    public async Task Over_the_triggers_of_the_text_and_what_is_not_named_stays_theirs()
    {
        await using var road = NewRoad();
        var first = await road.RunAsync(Text);
        var again = await road.RunAsync(await road.Get<TurnBranches>().RegenerateAsync(first.Id, new() { Model = "test/b", Parameters = new() { Temperature = 1.5 } }, Stop));
        Assert.Equal(("test/b", 1.5f, 3L, "user: x"), (again.Model, _b.Last.Options.Temperature, _b.Last.Options.Seed, Assert.Single(_b.Last.Transcript)));
        var trace = (await road.Get<Turnpike.Turns.Stores.ITurnStore>().TraceAsync(again.Id, Stop))!.Value;
        Assert.Contains("\"source\":\"regenerate\"", System.Text.Encoding.UTF8.GetString(trace.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_kept_with_the_request_and_an_edit_lets_its_new_text_speak()
    {
        await using var road = NewRoad();
        var branches = road.Get<TurnBranches>();
        var first = await road.RunAsync(Text);
        var second = await road.RunAsync(await branches.RegenerateAsync(first.Id, new() { Model = "test/b", Parameters = new() { Temperature = 1.5 } }, Stop));
        await road.RunAsync(await branches.RegenerateAsync(second.Id, new() { Parameters = new() { Seed = 9 } }, Stop));
        Assert.Equal((2, 1.5f, 9L), (_b.Requests.Count, _b.Last.Options.Temperature, _b.Last.Options.Seed));
        await road.RunAsync(await branches.EditAsync(second.Id, Text + "y", new(), Stop));
        Assert.Equal((2, 0.1f), (_a.Requests.Count, _a.Last.Options.Temperature));
    }

    [Fact]
    public async Task A_retry_may_name_them_too_and_what_the_conversation_keeps_does_not_change()
    {
        await using var road = NewRoad();
        _a.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var failed = await road.RunAsync("@.model.use! test/a; x");
        await road.RunAsync(await road.Get<TurnBranches>().RetryAsync(failed.Id, new() { Model = "test/b" }, Stop));
        Assert.Equal((1, "test/a"), (_b.Requests.Count, (await road.ConversationAsync(failed.Conversation)).Model));
    }

    [Fact]
    public async Task Over_an_agent_that_the_text_chooses_as_well()
    {
        await using var road = NewRoad();
        await road.SaveAsync(new Prompt { Key = "critic", Model = "test/a", Parameters = new() { Temperature = 0.1 }, Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "You review." }] }] });
        var first = await road.RunAsync("@.agent.use critic; x");
        await road.RunAsync(await road.Get<TurnBranches>().RegenerateAsync(first.Id, new() { Model = "test/b", Parameters = new() { Temperature = 1 } }, Stop));
        Assert.Equal(((float?)1, "system: You review."), (_b.Last.Options.Temperature, _b.Last.Transcript[0]));
    }
}
