using System.CommandLine;
using Turnpike.Cli.Help;

namespace Turnpike.Cli.Commands;

/// <summary>A word in front of commands: <c>turnpike prompts …</c>. Alone, it shows what may follow.</summary>
internal sealed class CommandGroup : Command
{
    /// <summary>A group of commands.</summary>
    public CommandGroup(string name, string description, params Command[] commands) : base(name, description)
    {
        foreach (var command in commands) Subcommands.Add(command);
        SetAction(parsed => new HelpWriter().Invoke(parsed));
    }
}
