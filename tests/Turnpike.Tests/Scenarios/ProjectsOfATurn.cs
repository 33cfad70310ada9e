using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Scenarios;

/// <summary>What conversations share: the chain of projects, then organization, user and everybody.</summary>
public sealed class ProjectsOfATurn : IAsyncLifetime
{
    private readonly Road _road = new(builder => builder.AddTool((string query) => "found", "webSearch").AddTool((string sum) => "4", "calculator"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISettingsStore Settings => _road.Get<ISettingsStore>();

    public async ValueTask InitializeAsync() =>
        await _road.SaveAsync(new() { Key = "where", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Weather in {{city}}?" }] }], Variables = [new() { Name = "city", Default = Json("default") }] });

    public ValueTask DisposeAsync() => _road.DisposeAsync();

    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);

    private static Dictionary<string, JsonElement> City(string? city) => city is null ? [] : new() { ["city"] = Json(city) };

    private Task<Project> ProjectAsync(string name, string? parent = null, Func<Project, Project>? more = null) => Settings.SaveProjectAsync((more ?? (project => project))(new() { Id = name, Name = name, Parent = parent }), Cancellation);

    [Theory]
    [InlineData("request", "near", "far", "org", "user", "global", "request")]
    [InlineData(null, "near", "far", "org", "user", "global", "near")]
    [InlineData(null, null, "far", "org", "user", "global", "far")]
    [InlineData(null, null, null, "org", "user", "global", "org")]
    [InlineData(null, null, null, null, "user", "global", "user")]
    [InlineData(null, null, null, null, null, "global", "global")]
    [InlineData(null, null, null, null, null, null, "default")]
    [InlineData(null, "", "far", null, null, null, "")]
    public async Task The_nearest_layer_that_has_a_variable_wins(string? request, string? near, string? far, string? organization, string? user, string? global, string wins)
    {
        await ProjectAsync("far", null, project => project with { Variables = City(far) });
        await ProjectAsync("near", "far", project => project with { Variables = City(near) });
        await Settings.SetVariablesAsync("organization:acme", City(organization), Cancellation);
        await Settings.SetVariablesAsync("user:ada", City(user), Cancellation);
        await Settings.SetVariablesAsync("global", City(global), Cancellation);
        await _road.RunAsync(new TurnRequest { Prompt = PromptReference.Parse("where"), Project = "near", Organization = "acme", User = "ada", Variables = City(request) });
        Assert.Equal([$"user: Weather in {wins}?"], _road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Another_persons_values_are_not_seen()
    {
        await Settings.SetVariablesAsync("user:ada", City("Paris"), Cancellation);
        await _road.RunAsync(new TurnRequest { Prompt = PromptReference.Parse("where"), User = "bob" });
        Assert.Equal(["user: Weather in default?"], _road.Model.Last.Transcript);
    }

    [Theory]
    [InlineData(ProjectSystemMode.Append, "system: Far.\n\nNear.")]
    [InlineData(ProjectSystemMode.Replace, "system: Near.")]
    public async Task System_text_of_the_chain_is_joined_or_replaced(ProjectSystemMode mode, string system)
    {
        await ProjectAsync("far", null, project => project with { System = new("Far.") });
        await ProjectAsync("near", "far", project => project with { System = new("Near.", mode) });
        await _road.RunAsync(new TurnRequest { Content = "Hi", Project = "near" });
        Assert.Equal([system, "user: Hi"], _road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Model_parameters_and_tools_come_from_the_chain()
    {
        await ProjectAsync("far", null, project => project with { Model = "test/model", Parameters = new() { Temperature = 0.1, TopP = 0.5 }, Tools = ["calculator"] });
        await ProjectAsync("near", "far", project => project with { Parameters = new() { Temperature = 0.9 }, Tools = ["webSearch"] });
        var turn = await _road.RunAsync(new TurnRequest { Content = "Hi", Project = "near" });
        Assert.Equal((0.9f, 0.5f), (_road.Model.Last.Options.Temperature, _road.Model.Last.Options.TopP));
        Assert.Equal(["calculator", "webSearch"], _road.Model.Last.Tools);
        Assert.Equal("test/model", turn.Model);
    }

    [Fact]
    public async Task A_conversation_keeps_its_project()
    {
        await ProjectAsync("near", null, project => project with { System = new("Near.") });
        var first = await _road.RunAsync(new TurnRequest { Content = "One", Project = "near" });
        await _road.RunAsync(new TurnRequest { Content = "Two", Conversation = first.Conversation });
        Assert.Equal("system: Near.", _road.Model.Last.Transcript[0]);
        Assert.Equal("near", (await _road.ConversationAsync(first.Conversation)).Project);
    }

    [Fact]
    public async Task A_project_that_was_deleted_does_not_stop_its_conversations()
    {
        await ProjectAsync("near", null, project => project with { System = new("Near.") });
        var first = await _road.RunAsync(new TurnRequest { Content = "One", Project = "near" });
        await Settings.DeleteProjectAsync("near", Cancellation);
        var second = await _road.RunAsync(new TurnRequest { Content = "Two", Conversation = first.Conversation });
        Assert.Equal(["user: One", "assistant: ok", "user: Two"], _road.Model.Last.Transcript);
        Assert.Equal("project_not_found", Assert.Single(second.Warnings).Code);
    }

    [Fact]
    public async Task A_rule_that_was_deleted_does_not_stop_the_project()
    {
        await ProjectAsync("near", null, project => project with { Rules = ["gone"] });
        var turn = await _road.RunAsync(new TurnRequest { Content = "Hi", Project = "near" });
        Assert.Equal("There is no rule \"gone\" (asked for by project:near).", Assert.Single(turn.Warnings).Message);
    }

    [Fact]
    public async Task An_unknown_project_stops_the_turn()
    {
        var error = await _road.RefusedAsync(new() { Content = "Hi", Project = "nowhere" });
        Assert.Equal((TurnErrorCode.ProjectNotFound, "There is no project \"nowhere\"."), (error.Code, error.Message));
    }

    [Fact]
    public void Who_asks_cannot_be_said_in_the_body()
    {
        Assert.Equal("p", JsonSerializer.Deserialize("""{"project":"p"}""", TurnpikeJson.Relaxed.TurnRequest)!.Project);
        var said = Record.Exception(() => Assert.Null(JsonSerializer.Deserialize("""{"project":"p","user":"ada"}""", TurnpikeJson.Relaxed.TurnRequest)!.User));
        Assert.True(said is null or JsonException);
    }

    [Fact]
    public async Task System_text_that_is_no_template_is_sent_as_it_stands_and_says_so_where_it_looks_like_one()
    {
        await ProjectAsync("near", null, project => project with { System = new("Say {{city}}, not {\"a\":{}}.", ProjectSystemMode.Append) });
        var turn = await _road.RunAsync(new TurnRequest { Project = "near", Content = "Hi" });
        Assert.Equal("system: Say {{city}}, not {\"a\":{}}.", _road.Model.Last.Transcript[0]);
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal("placeholder_kept", warning.Code);
        Assert.Contains("\"{{city}}\"", warning.Message, StringComparison.Ordinal);
        Assert.Empty((await _road.RunAsync(new TurnRequest { System = new("Say {{city}}."), Content = "Hi" })).Warnings); // the caller's own text is the caller's
    }
}
