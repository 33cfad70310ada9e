using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools servers remove</c>.</summary>
internal sealed class ToolServersRemoveCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The server's name." };

    /// <summary>The command.</summary>
    public ToolServersRemoveCommand() : base("remove", "Takes an MCP server away.")
    {
        Arguments.Add(_name);
        Examples = [new("turnpike tools servers remove docs", "its tools are gone")];
        Does(async run =>
        {
            await run.Turnpike.RemoveToolServerAsync(run.Parsed.GetRequiredValue(_name), run.Stop);
            return ExitCode.Ok;
        });
    }
}
