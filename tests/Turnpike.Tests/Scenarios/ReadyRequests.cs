using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Middleware;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Scenarios;

/// <summary>Middleware that sees the request when it is ready, and secrets that nobody sees.</summary>
public sealed class ReadyRequests
{
    private sealed class Changing(Func<TurnDraft, ModelRequest, ModelRequest> change) : IRequestMiddleware
    {
        public string Name => "auditor";

        public ValueTask<ModelRequest> InvokeAsync(TurnDraft draft, ModelRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(change(draft, request));
    }

    private static Road RoadWith(Func<TurnDraft, ModelRequest, ModelRequest> change) => new(builder => builder.AddRequestMiddleware(new Changing(change)).AddTool((string query) => "found", "webSearch", "Searches."));

    [Fact]
    public async Task They_can_be_changed_and_the_trace_says_by_whom()
    {
        await using var road = RoadWith((_, request) => request with { Messages = [.. request.Messages, new(ChatRole.User, "And be kind.")], Parameters = request.Parameters with { Temperature = 0.4 }, Tools = [] });
        var prepared = await road.Runner.PreviewAsync(new() { Content = "Hi", Tools = ["webSearch"] }, TestContext.Current.CancellationToken);
        var station = prepared.Draft.Trace.Stations()[^1];
        Assert.Equal(("middleware", "parameters.temperature,messages[1],tools"), (station.Station, string.Join(',', station.Changes.Select(change => change.Path))));
        Assert.All(station.Changes, change => Assert.Equal("middleware:auditor", change.Source));
        await road.RunAsync(new TurnRequest { Content = "Hi", Tools = ["webSearch"] });
        Assert.Equal(["user: Hi", "user: And be kind."], road.Model.Last.Transcript);
        Assert.Equal((0.4f, 0), (road.Model.Last.Options.Temperature, road.Model.Last.Tools.Count));
    }

    [Fact]
    public async Task What_the_model_does_not_take_of_their_changes_is_not_told_as_theirs()
    {
        await using var road = new Road(builder => builder.AddRequestMiddleware(new Changing((_, request) => request with { Parameters = request.Parameters with { Temperature = 0.4 } })).Services
            .Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = [] }));
        var stations = (await road.Runner.PreviewAsync(new() { Content = "Hi" }, TestContext.Current.CancellationToken)).Draft.Trace.Stations();
        Assert.Equal(["middleware: middleware:auditor", "tools: model:test/model"], stations.SelectMany(station => station.Changes.Where(change => change.Path == "parameters.temperature").Select(change => $"{station.Station}: {change.Source}")).Order());
    }

    [Fact]
    public async Task A_tool_that_is_not_offered_cannot_be_forced_in_them()
    {
        await using var road = RoadWith((_, request) => request with { Parameters = request.Parameters with { ToolChoice = "webSerch" } });
        var turn = await road.RunAsync(new TurnRequest { Content = "Hi", Tools = ["webSearch"] });
        Assert.Equal((TurnStatus.Failed, "tool_unknown"), (turn.Status, turn.Error!.Code));
        Assert.Contains("offers: webSearch.", turn.Error.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task Their_model_cannot_be_changed_any_more()
    {
        await using var road = RoadWith((_, request) => request with { Model = "test/other" });
        var error = await road.RefusedAsync(new() { Content = "Hi" });
        Assert.Equal((TurnErrorCode.Rejected, "Middleware \"auditor\" changed the model of a request that was ready. Change it on the draft."), (error.Code, error.Message));
    }

    [Fact]
    public async Task They_can_be_refused()
    {
        await using var road = RoadWith((draft, request) =>
        {
            draft.Refuse("Too long.");
            return request;
        });
        Assert.Equal("middleware:auditor refused the turn: Too long.", (await road.RefusedAsync(new() { Content = "Hi" })).Message);
    }

    [Fact]
    public async Task One_that_throws_refuses_the_turn()
    {
        await using var road = RoadWith((_, _) => throw new InvalidOperationException("password"));
        var error = await road.RefusedAsync(new() { Content = "Hi" });
        Assert.Equal((TurnErrorCode.Rejected, "Middleware \"auditor\" failed, so the turn was not sent. The server's log says more."), (error.Code, error.Message));
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task A_secret_reaches_the_model_and_is_masked_wherever_people_look()
    {
        await using var road = new Road();
        var prompt = new Prompt
        {
            Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "The door's code is {{code}}." }] }],
            Variables = [new() { Name = "code", Secret = true }],
        };
        var request = new TurnRequest { Prompt = prompt, Content = "@.vars.set code=hunter2; Hi" };
        var prepared = await road.Runner.PreviewAsync(request, TestContext.Current.CancellationToken);
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) PreviewJson.Write(writer, prepared);
        var shown = System.Text.Encoding.UTF8.GetString(json.WrittenSpan);
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains("The door's code is •••.", shown, StringComparison.Ordinal);

        var turn = await road.RunAsync(request);
        Assert.Equal("system: The door's code is hunter2.", road.Model.Last.Transcript[0]);
        Assert.Equal("code=•••", Assert.Single(Assert.Single(turn.Triggers).Arguments));
        var trace = await road.Get<Turnpike.Turns.Stores.ITurnStore>().TraceAsync(turn.Id, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hunter2", System.Text.Encoding.UTF8.GetString(trace!.Value.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversations_system_text_stands_under_its_prompts()
    {
        await using var road = new Road();
        var prompt = new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "PROMPT" }] }] };
        var first = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "@.system.append! \"TYPED\"; One" });
        Assert.Equal("system: PROMPT\n\nTYPED", road.Model.Last.Transcript[0]);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Two" });
        Assert.Equal("system: TYPED\n\nPROMPT", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task An_agent_without_a_value_that_it_needs_stays_text()
    {
        await using var road = new Road();
        await road.SaveAsync(new() { Key = "critic", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be {{tone}}." }] }], Variables = [new() { Name = "tone", Required = true }] });
        var turn = await road.RunAsync("@.agent.use critic; Hi");
        Assert.Equal(["user: @.agent.use critic; Hi"], road.Model.Last.Transcript);
        Assert.Contains("needs \"tone\"", Assert.Single(turn.Warnings).Message);
    }

    [Theory]
    [InlineData("replace", "system: AGENT")]
    [InlineData(null, "system: PROMPT\n\nAGENT")]
    public async Task An_agents_text_stands_behind_or_instead_of_the_prompts(string? mode, string system)
    {
        await using var road = new Road();
        await road.SaveAsync(new() { Key = "agent", System = mode, Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "AGENT" }] }] });
        await road.RunAsync(new TurnRequest { Prompt = new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "PROMPT" }] }] }, Content = "@.agent.use agent; Hi" });
        Assert.Equal(system, road.Model.Last.Transcript[0]);
    }
}
