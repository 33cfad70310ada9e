using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Turns that a model runs by calling a stored prompt: they are for whom the calling turn is.</summary>
public sealed class PromptsAsTools
{
    private static readonly TurnRequest Asking = new() { Content = "Where?", Tools = ["run_where"], User = "ada", Organization = "acme", Project = "near", TimeZone = "Pacific/Honolulu" };
    private readonly Listener _listener = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<Road> NewRoadAsync(Action<TurnpikeBuilder>? more = null)
    {
        var road = new Road(builder =>
        {
            builder.AddObserver(_listener);
            more?.Invoke(builder);
        });
        var settings = road.Get<ISettingsStore>();
        await settings.SaveProjectAsync(new() { Id = "near", Name = "near", Variables = Values("place", "Oslo") }, Stop);
        await settings.SetVariablesAsync("organization:acme", Values("firm", "Acme"), Stop);
        await settings.SetVariablesAsync("user:ada", Values("nick", "Ada"), Stop);
        await road.SaveAsync(new() { Key = "where", Messages = [Line("user", "{{nick}} of {{firm}} in {{place}} on {{weekday}}: {{input}}")], Variables = [.. ((string[])["nick", "firm", "place"]).Select(name => new VariableDefinition { Name = name, Required = true, Default = JsonSerializer.SerializeToElement("nobody") })] });
        road.Model.Calls("run_where", new() { ["input"] = "Go" }).Says("There.").Says("Done.");
        return road;
    }

    private static Dictionary<string, JsonElement> Values(string name, string value) => new() { [name] = JsonSerializer.SerializeToElement(value) };

    private static PromptMessage Line(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };

    private async Task<Turn> RunByToolAsync(Road road)
    {
        await road.Get<TurnObservers>().DrainAsync();
        var run = _listener.Turns.Single(turn => turn.Prompt?.Key == "where");
        return (await road.Get<ITurnStore>().FindAsync(run.Id, Stop))!;
    }

    [Fact]
    public async Task It_has_the_user_the_organization_the_project_and_the_time_zone_of_the_turn_that_calls_it()
    {
        await using var road = await NewRoadAsync();
        var turn = await road.RunAsync(Asking);
        Assert.Equal(["user: Ada of Acme in Oslo on Tuesday: Go"], road.Model.Requests[1].Transcript); // in UTC it is Wednesday
        Assert.Equal(("Done.", "tool: [result There.]"), (turn.Answer, road.Model.Last.Transcript[^1]));
        var run = await RunByToolAsync(road);
        Assert.Equal(("near", "There."), ((await road.ConversationAsync(run.Conversation)).Project, run.Answer));
        Assert.False(run.Forgotten);
    }

    [Fact]
    public async Task And_still_has_them_when_the_call_waited_for_an_approval()
    {
        await using var road = await NewRoadAsync(builder => builder.Services.Configure<ToolOptions>(options => options.Approval["run_where"] = ToolDecision.Ask));
        var waiting = await road.RunAsync(Asking);
        Assert.Equal(TurnStatus.Waiting, waiting.Status);
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = true }], Stop);
        Assert.Equal("Done.", (await road.Runner.WaitAsync(waiting.Id, Stop)).Answer);
        Assert.Equal(["user: Ada of Acme in Oslo on Tuesday: Go"], road.Model.Requests[1].Transcript);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_of_it_is_stored_when_the_turn_that_calls_it_is_not(bool requestSays)
    {
        await using var road = await NewRoadAsync();
        var quiet = new Prompt { Store = false, Messages = [Line("system", "S")] };
        await road.RunAsync(requestSays ? Asking with { Store = false } : Asking with { Prompt = quiet });
        Assert.Equal(3, road.Model.Requests.Count);
        var run = await RunByToolAsync(road);
        Assert.Equal(("", "", true, 10L), (run.Content, run.Answer, run.Forgotten, run.Usage.InputTokens));
        Assert.Empty(run.Messages);
    }

    [Fact]
    public async Task A_tool_of_the_client_that_the_prompt_describes_is_refused_for_there_is_no_client()
    {
        await using var road = new Road(builder => builder.AddObserver(_listener));
        await road.SaveAsync(new() { Key = "where", Messages = [Line("user", "{{input}}")], ClientTools = [new() { Name = "open_file" }] });
        road.Model.Calls("run_where", new() { ["input"] = "Go" }).Calls("open_file", id: "call_2").Says("I cannot open it.").Says("Done.");
        var turn = await road.RunAsync(Asking with { Organization = null, User = null, Project = null });
        Assert.Equal("tool: [result The call of \"open_file\" was not allowed: A client executes it, and none takes part in this turn. Do not call it again in the same way.]", road.Model.Requests[2].Transcript[^1]);
        Assert.Equal(("Done.", "tool: [result I cannot open it.]"), (turn.Answer, road.Model.Last.Transcript[^1]));
        Assert.Equal(TurnStatus.Completed, (await RunByToolAsync(road)).Status);
        road.Model.Calls("open_file");
        Assert.Equal(TurnStatus.Waiting, (await road.RunAsync(new TurnRequest { Prompt = "where", Content = "Go" })).Status); // whoever asks for it natively executes it
    }

    [Fact]
    public async Task A_tool_of_the_host_learns_for_whom_it_is_called()
    {
        CallingTurn? heard = null;
        await using var road = new Road(builder => builder.AddTool((AIFunctionArguments arguments) => { heard = CallingTurn.Of(arguments); return "ok"; }, "who"));
        road.Model.Calls("who");
        await road.RunAsync(new TurnRequest { Content = "Who?", Tools = ["who"], User = "ada", Organization = "acme", TimeZone = "Europe/Oslo", Store = false });
        Assert.Equal(new CallingTurn { User = "ada", Organization = "acme", TimeZone = "Europe/Oslo", IsForgotten = true }, heard);
    }

    [Fact]
    public async Task A_label_that_moves_gives_the_tool_another_schema_in_the_next_turn()
    {
        await using var road = new Road();
        foreach (var (key, variable) in ((string, string)[])[("older", "first"), ("older", "second"), ("newer", "third")])
            await road.SaveAsync(new() { Key = key, Messages = [Line("user", $$$"""{{{{{variable}}}}}""")], Variables = [new() { Name = variable, Required = true }] });
        var prompts = road.Get<IPromptStore>();
        foreach (var (version, variable) in ((int, string)[])[(1, "first"), (2, "second"), (1, "first")])
        {
            await prompts.LabelAsync("older", "production", version, Stop);
            await road.RunAsync(new TurnRequest { Content = "Hi", Tools = ["run_older"] });
            Assert.True(Assert.IsAssignableFrom<AIFunctionDeclaration>(Assert.Single(road.Model.Last.Options.Tools!)).JsonSchema.GetProperty("properties").TryGetProperty(variable, out _), variable);
        }
    }

    private sealed class Listener : ITurnObserver
    {
        public List<Turn> Turns { get; } = [];

        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
        {
            Turns.Add(turn);
            return ValueTask.CompletedTask;
        }
    }
}
