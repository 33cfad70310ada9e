using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike projects list</c>.</summary>
internal sealed class ProjectsListCommand : CliCommand
{
    private readonly Argument<string?> _words = new("words") { Description = "Words that the name holds.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public ProjectsListCommand() : base("list", "Lists projects, by name.")
    {
        Arguments.Add(_words);
        Options.Add(Paging.Limit);
        Examples = [new("turnpike projects list", "all projects"), new("turnpike projects list --json | jq -r .name", "their names")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var words = run.Parsed.GetValue(_words);
        var rows = await Paging.ReadAsync(run, (after, limit) => run.Turnpike.Settings.ProjectsAsync(new SettingsQuery { Query = words, After = after, Limit = limit }, run.Stop));
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Project, rows);
        else Rows.Write(run.Here, ["Project", "Above it", "Name"], rows.Select(row => (string?[])[row.Id, row.Parent, row.Name]));
        return ExitCode.Ok;
    }
}
