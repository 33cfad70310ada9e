namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike mcp</c>.</summary>
internal sealed class McpCommand : CliCommand
{
    /// <summary>The command.</summary>
    public McpCommand() : base("mcp", "Serves the prompts to an MCP client over standard input and output, for desktop programs that start their servers.")
    {
        Examples = [new("turnpike mcp", "what such a program is told to start"), new("turnpike mcp --data ~/prompts", "the prompts of another folder")];
        Does(async run =>
        {
            await run.Turnpike.ServeMcpAsync(run.Here.In, run.Here.Out, run.Stop);
            return ExitCode.Ok;
        });
    }
}
