namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike triggers</c>: the triggers that turns can use.</summary>
internal sealed class TriggersCommand : CliCommand
{
    /// <summary>The command.</summary>
    public TriggersCommand() : base("triggers", "Lists the triggers that turns can use.") => Subcommands.Add(new TriggersListCommand());
}
