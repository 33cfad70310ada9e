using Turnpike.Cli.Clients;
using Turnpike.Cli.Output;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools list</c>.</summary>
internal sealed class ToolsListCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ToolsListCommand() : base("list", "Lists the tools that can be offered to a model.")
    {
        Examples = [new("turnpike tools list", "names and what they do"), new("turnpike \"What day is it?\" -t current_time", "offers one")];
        Does(RunAsync);
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        var warnings = new List<string>();
        var tools = await run.Turnpike.ToolsAsync(warnings.Add, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, CliJson.Relaxed.ToolRow, tools);
        else Rows.Write(run.Here, ["Tool", "From", "About"], tools.Select(tool => (string?[])[tool.Name, tool.Source, tool.Description]));
        await run.Here.Out.FlushAsync();
        foreach (var warning in warnings) await run.Talk.WarnAsync(warning);
        return ExitCode.Ok;
    }
}
