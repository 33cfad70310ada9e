using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools servers test</c>.</summary>
internal sealed class ToolServersTestCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The server's name." };

    /// <summary>The command.</summary>
    public ToolServersTestCommand() : base("test", "Connects to an MCP server and reads its list of tools.")
    {
        Arguments.Add(_name);
        Examples = [new("turnpike tools servers test docs", "says whether it can be used, and why not")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var health = await run.Turnpike.TestToolServerAsync(run.Parsed.GetRequiredValue(_name), run.Stop);
        var ready = health.GetProperty("status").GetString() == "ready";
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.JsonElement, health);
        else if (ready) run.Here.Out.Write($"ready: {health.GetProperty("tools").GetInt32()} tools ({Terminals.Safe(health.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "")})\n");
        else await run.Talk.WarnAsync(health.TryGetProperty("error", out var error) ? error.GetString() ?? "not ready" : "not ready");
        if (!run.IsJson && health.TryGetProperty("leftOut", out var leftOut)) foreach (var tool in leftOut.EnumerateArray()) await run.Talk.WarnAsync($"Left out is {tool.GetString()}.");
        return ready ? ExitCode.Ok : ExitCode.Unreachable;
    }
}
