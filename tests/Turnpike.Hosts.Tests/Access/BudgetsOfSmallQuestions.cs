using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Titles and choices that a small model makes are held against the limits of the key and summed with the turns.</summary>
public sealed class BudgetsOfSmallQuestions
{
    private static RunningServer Server(ScriptedModel small) => new(services => services.AddSingleton(new HostModel("test/small", small)),
        ("Turnpike:SmallModel", "test/small"), ("Turnpike:Models:test/small:Id", "test/small"), ("Turnpike:Models:test/small:Provider", "test"), ("Turnpike:Models:test/small:Price:Input", "1"), ("Turnpike:Models:test/small:Price:Output", "1"));

    [Fact]
    public async Task A_title_counts_for_its_key_project_and_model()
    {
        ScriptedModel small = new();
        small.Says("""{"title":"Rain"}""");
        await using var server = Server(small);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerDay = 2 } })).Secret;
        var admin = (await server.KeyAsync(new NewKey { Name = "admin", Scopes = [Scopes.Admin] })).Secret;
        var (_, project) = await server.AskAsync(admin, HttpMethod.Post, "/api/projects", new { name = "Weather" });
        var id = project.GetProperty("id").GetString();

        var (status, turn) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "Does it rain?", project = id });
        Assert.Equal(200, status);
        await server.Get<TurnObservers>().DrainAsync();

        Assert.Equal("Rain", (await server.AskAsync(admin, HttpMethod.Get, $"/api/conversations/{turn.GetProperty("conversation").GetString()}")).Body.GetProperty("title").GetString());
        var usage = (await server.AskAsync(admin, HttpMethod.Get, "/api/usage?by=model,project")).Body;
        var row = usage.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("model").GetString() == "test/small");
        Assert.Equal((id, 0, 1), (row.GetProperty("project").GetString(), row.GetProperty("turns").GetInt32(), row.GetProperty("attempts").GetInt32()));
        Assert.True(row.GetProperty("inputTokens").GetInt64() > 0 && row.GetProperty("cost")[0].GetProperty("amount").GetDecimal() > 0);
        Assert.Equal((429, "budget_exceeded"), Code(await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "And now?" })));
    }

    [Fact]
    public async Task Nothing_is_asked_when_nothing_is_left_and_the_turn_does_not_fail()
    {
        ScriptedModel small = new();
        await using var server = Server(small);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns, Scopes.Conversations], Limits = new() { RequestsPerDay = 1 } })).Secret;
        var (_, turn) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "Hi" });
        await server.Get<TurnObservers>().DrainAsync();
        Assert.Equal("completed", turn.GetProperty("status").GetString());
        Assert.False((await server.AskAsync(key, HttpMethod.Get, $"/api/conversations/{turn.GetProperty("conversation").GetString()}")).Body.TryGetProperty("title", out _));
        Assert.Empty(small.Requests);
    }

    [Fact]
    public async Task A_choice_that_the_key_may_not_have_is_a_warning()
    {
        ScriptedModel small = new();
        await using var server = Server(small);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { TokensPerDay = 300 } })).Secret; // room for the turn, not for the list of tools
        var (status, turn) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "@.tools.auto; Hi", parameters = new { maxOutputTokens = 5 } });
        Assert.Equal((200, "completed"), (status, turn.GetProperty("status").GetString()));
        Assert.Contains(turn.GetProperty("warnings").EnumerateArray(), warning => warning.GetProperty("code").GetString() == "auto_failed" && warning.GetProperty("message").GetString()!.Contains("in a whole day: 300 tokens", StringComparison.Ordinal));
        Assert.Empty(small.Requests);
    }

    private static (int, string?) Code((int Status, System.Text.Json.JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("code").GetString());
}
