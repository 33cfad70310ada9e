namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts</c>: stored prompts.</summary>
internal sealed class PromptsCommand : CliCommand
{
    /// <summary>The command.</summary>
    public PromptsCommand() : base("prompts", "Lists, shows and saves stored prompts.")
    {
        Subcommands.Add(new PromptsListCommand());
        Subcommands.Add(new PromptsShowCommand());
        Subcommands.Add(new PromptsSaveCommand());
    }
}
