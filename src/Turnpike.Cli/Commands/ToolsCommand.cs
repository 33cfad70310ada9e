namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools</c>: the tools that turns can use.</summary>
internal sealed class ToolsCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ToolsCommand() : base("tools", "Lists the tools that turns can use.") => Subcommands.Add(new ToolsListCommand());
}
