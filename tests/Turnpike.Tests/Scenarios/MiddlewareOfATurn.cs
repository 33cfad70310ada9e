using Turnpike.Middleware;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Tests.Scenarios;

/// <summary>Code of the host that sees a draft behind the triggers.</summary>
public sealed class MiddlewareOfATurn
{
    private sealed class Doing(string name, Action<TurnDraft> what) : ITurnMiddleware
    {
        public string Name => name;

        public ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
        {
            what(draft);
            return ValueTask.CompletedTask;
        }
    }

    private static Road RoadWith(params ITurnMiddleware[] all) => new(builder =>
    {
        foreach (var one in all) builder.AddMiddleware(one);
    });

    [Fact]
    public async Task It_is_called_in_the_order_of_registration_with_the_text_that_triggers_left()
    {
        await using var road = RoadWith(new Doing("first", draft => draft.SetContent(draft.Content + " 1")), new Doing("second", draft => draft.SetContent(draft.Content + " 2")));
        var turn = await road.RunAsync("@.params.temp 1; Hi");
        Assert.Equal(["user: Hi 1 2"], road.Model.Last.Transcript);
        Assert.Equal("@.params.temp 1; Hi", turn.Content);
    }

    [Fact]
    public async Task A_default_JsonElement_is_refused_with_the_name_of_its_variable()
    {
        ArgumentException? refused = null;
        await using var road = RoadWith(new Doing("empty", draft => refused = Assert.Throws<ArgumentException>("value", () => draft.SetVariable("city", default))));
        await road.RunAsync("Hi");
        Assert.Contains("\"city\"", refused?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_of_its_own_that_passes_is_its_fault()
    {
        await using var road = RoadWith(new Doing("slow", _ => throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout.")));
        var error = await road.RefusedAsync(new() { Content = "Hi" });
        Assert.Equal((TurnErrorCode.Rejected, "Middleware \"slow\" failed, so the turn was not sent. The server's log says more."), (error.Code, error.Message));
    }

    [Fact]
    public async Task Text_that_it_writes_is_no_trigger()
    {
        await using var road = RoadWith(new Doing("writer", draft => draft.SetContent("@.params.temp 1; Hi")));
        await road.RunAsync("Hi");
        Assert.Equal(["user: @.params.temp 1; Hi"], road.Model.Last.Transcript);
        Assert.Null(road.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task What_it_changes_stands_in_the_trace_under_its_name()
    {
        await using var road = RoadWith(new Doing("cooler", draft => draft.SetParameter("temperature", System.Text.Json.JsonElement.Parse("0.3"))));
        var prepared = await road.Runner.PreviewAsync(new() { Content = "@.params.temp 1; Hi" }, TestContext.Current.CancellationToken);
        var change = Assert.Single(prepared.Draft.Trace.Stations().Single(station => station.Station == "middleware").Changes);
        Assert.Equal(("parameters.temperature", 1.0, 0.3, "middleware:cooler"), (change.Path, change.Before, change.After, change.Source));
    }

    [Fact]
    public async Task Its_reason_refuses_the_turn_and_nobody_behind_it_is_called()
    {
        var called = false;
        await using var road = RoadWith(new Doing("guard", draft => draft.Refuse("No names.")), new Doing("later", _ => called = true));
        var error = await road.RefusedAsync(new() { Content = "Ada" });
        Assert.Equal((TurnErrorCode.Rejected, "middleware:guard refused the turn: No names.", false), (error.Code, error.Message, called));
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task One_that_throws_refuses_the_turn_without_its_secrets()
    {
        await using var road = RoadWith(new Doing("broken", _ => throw new InvalidOperationException("password=hunter2")));
        var error = await road.RefusedAsync(new() { Content = "Hi" });
        Assert.Equal((TurnErrorCode.Rejected, "Middleware \"broken\" failed, so the turn was not sent. The server's log says more."), (error.Code, error.Message));
    }

    [Fact]
    public async Task A_write_behind_it_throws()
    {
        TurnDraft? seen = null;
        await using var road = RoadWith(new Doing("keeper", draft => seen = draft));
        await road.RunAsync("Hi");
        Assert.Throws<InvalidOperationException>(() => seen!.SetContent("too late"));
    }
}
