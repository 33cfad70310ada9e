using System.Text.Json;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools servers list</c>.</summary>
internal sealed class ToolServersListCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ToolServersListCommand() : base("list", "Lists the MCP servers whose tools can be offered, and how they are.")
    {
        Examples = [new("turnpike tools servers list", "names, where they are, and their health")];
        Does(RunAsync);
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        var servers = await run.Turnpike.ToolServersAsync(run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.JsonElement, servers);
        else Rows.Write(run.Here, ["Server", "Where", "Trusted", "Status", "Error"], servers.Select(server => (string?[])[Text(server, "name"), Text(server, "url") ?? Text(server, "command"), server.GetProperty("trusted").GetBoolean() ? "yes" : "no", Text(server, "status"), Text(server.GetProperty("health"), "error")]));
        return ExitCode.Ok;
    }

    private static string? Text(JsonElement server, string name) => server.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
