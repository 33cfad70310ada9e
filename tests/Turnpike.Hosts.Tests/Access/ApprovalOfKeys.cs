using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A key may say which tools ask and which are refused in its turns, whatever the program says.</summary>
public sealed class ApprovalOfKeys
{
    [Theory]
    [InlineData(ToolDecision.Deny, "completed", false)]
    [InlineData(ToolDecision.Ask, "waiting", false)]
    [InlineData(ToolDecision.Allow, "completed", true)]
    public async Task The_key_decides_before_the_program(ToolDecision decision, string status, bool runs)
    {
        var ran = false;
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool((string city) => $"Rain in {city}: {ran = true}.", "forecast"), ("Turnpike:ToolCalls:Approval:forecast", decision == ToolDecision.Allow ? "ask" : "allow"));
        server.Model.Calls("forecast", new() { ["city"] = "Oslo" }).Says("Done.");
        var key = await server.KeyAsync(new NewKey { Name = "app", Scopes = ["turns"], Settings = new() { ToolApproval = new Dictionary<string, ToolDecision> { ["fore*"] = decision } } });
        var turn = (await server.AskAsync(key.Secret, HttpMethod.Post, "/api/turns", new { content = "Weather?", tools = new[] { "forecast" } })).Body;
        Assert.True(turn.GetProperty("status").ToString() == status, turn.GetRawText());
        Assert.Equal(runs, ran);
        if (decision == ToolDecision.Deny) Assert.Contains("the key \\\"app\\\"", turn.GetRawText(), StringComparison.Ordinal);
    }
}
