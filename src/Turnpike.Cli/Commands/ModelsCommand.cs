namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike models</c>: the models that turns can use.</summary>
internal sealed class ModelsCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ModelsCommand() : base("models", "Lists the models that turns can use.") => Subcommands.Add(new ModelsListCommand());
}
