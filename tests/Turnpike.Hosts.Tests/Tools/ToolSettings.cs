using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>What the settings and the layers of a turn say of tools and their servers.</summary>
public sealed class ToolSettings
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static RunningServer Weather(params (string, string)[] settings) => new(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "rain", "forecast")), settings);

    [Theory]
    [InlineData("project", "fore*", "Set by project")]
    [InlineData("prompt", "forecast", "Set by prompt")]
    [InlineData("settings", "turnpike.fore*", "Set by options.")]
    [InlineData("nobody", "other", null)]
    public async Task A_tool_is_refused_by_whichever_layer_says_so(string layer, string glob, string? reason)
    {
        await using var server = layer == "settings" ? Weather(($"Turnpike:ToolCalls:Approval:{glob}", "deny")) : Weather();
        var said = new Dictionary<string, string> { [glob] = "deny" };
        using var project = await server.PostAsync("/api/projects", new { name = "Shop", approval = layer == "project" ? said : [] });
        Assert.Equal(201, (int)project.StatusCode);
        using var prompt = await server.PostAsync("/api/prompts", new { key = "ask", messages = new[] { new { role = "user", content = "Weather?" } }, approval = layer == "prompt" ? said : [] });
        Assert.Equal(201, (int)prompt.StatusCode);
        server.Model.Calls("forecast").Says("Done.");
        await server.TurnAsync(new { prompt = "ask", project = (await server.JsonAsync(project)).GetProperty("id").GetString(), tools = new[] { "forecast" } });
        Assert.Equal("tool: [result " + (reason is null ? "rain]" : "The call of \"forecast\" was not allowed: "), server.Model.Last.Transcript[^1][..(reason is null ? 19 : 54)]);
        Assert.Contains(reason ?? "rain", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_waits_as_long_as_the_settings_say()
    {
        await using var server = Weather(("Turnpike:ToolCalls:AnswerWithin", "00:07:00"), ("Turnpike:ToolCalls:Approval:forecast", "ask"));
        server.Model.Calls("forecast");
        using var waits = await server.PostAsync("/api/turns", new { content = "Weather?", tools = new[] { "forecast" } });
        var turn = await server.JsonAsync(waits);
        var left = turn.GetProperty("openCalls")[0].GetProperty("expiresAt").GetDateTimeOffset() - turn.GetProperty("createdAt").GetDateTimeOffset();
        Assert.InRange(left, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(12));
    }

    [Theory]
    [InlineData("00:00:00.001", true)]
    [InlineData("01:00:00", false)]
    public async Task A_server_that_failed_is_asked_again_after_a_while(string after, bool again)
    {
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool("tool")}]") { IsBroken = true };
        await using var server = new RunningServer(null, ("Turnpike:TryAgainAfter", after), ("Turnpike:Connect", "00:01:00"));
        using var added = await server.PostAsync("/api/tools/servers", rough.Entry);
        Assert.Equal(["rough"], (await ToolsAsync(server, "unavailable", "source")));
        rough.IsBroken = false;
        for (var i = 0; i < (again ? 400 : 5) && !(await ToolsAsync(server, "data", "name")).Contains("tool"); i++) await Task.Delay(25, Stop);
        Assert.Equal(again, (await ToolsAsync(server, "data", "name")).Contains("tool"));
    }

    [Theory]
    [InlineData("00:00:00.001", true)]
    [InlineData("01:00:00", false)]
    public async Task A_list_counts_as_long_as_the_settings_say_when_its_server_does_not(string last, bool anew)
    {
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool("old")}]");
        await using var server = new RunningServer(null, ("Turnpike:ListsLast", last), ("Turnpike:Connect", "00:01:00"));
        using var added = await server.PostAsync("/api/tools/servers", rough.Entry);
        Assert.Contains("old", await ToolsAsync(server, "data", "name"));
        rough.Tools = $"[{RoughToolServer.Tool("fresh")}]";
        for (var i = 0; i < (anew ? 400 : 5) && !(await ToolsAsync(server, "data", "name")).Contains("fresh"); i++) await Task.Delay(25, Stop);
        Assert.Equal(anew, (await ToolsAsync(server, "data", "name")).Contains("fresh"));
    }

    private static async Task<string[]> ToolsAsync(RunningServer server, string list, string member) =>
        [.. (await server.GetJsonAsync("/api/tools")).GetProperty(list).EnumerateArray().Select(row => row.GetProperty(member).GetString()!)];
}
