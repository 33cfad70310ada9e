namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike conversations</c>: kept conversations.</summary>
internal sealed class ConversationsCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ConversationsCommand() : base("conversations", "Lists, shows and continues conversations.")
    {
        Subcommands.Add(new ConversationsListCommand());
        Subcommands.Add(new ConversationsShowCommand());
        Subcommands.Add(new ConversationsContinueCommand());
    }
}
