using Turnpike.Cli.Clients;
using Turnpike.Cli.Output;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike triggers list</c>.</summary>
internal sealed class TriggersListCommand : CliCommand
{
    /// <summary>The command.</summary>
    public TriggersListCommand() : base("list", "Lists the triggers that may stand in typed text.")
    {
        Examples = [new("turnpike triggers list", "names, examples and what they do")];
        Does(RunAsync);
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        var triggers = await run.Turnpike.TriggersAsync(run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, CliJson.Relaxed.TriggerCatalogEntry, triggers);
        else Rows.Write(run.Here, ["Trigger", "Example", "About"], triggers.Select(trigger => (string?[])[$"{trigger.Namespace}.{trigger.Method}", trigger.Example, trigger.Description]));
        return ExitCode.Ok;
    }
}
