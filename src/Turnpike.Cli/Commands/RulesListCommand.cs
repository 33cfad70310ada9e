using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike rules list</c>.</summary>
internal sealed class RulesListCommand : CliCommand
{
    private readonly Argument<string?> _words = new("words") { Description = "Words that the name holds.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public RulesListCommand() : base("list", "Lists rules, by name.")
    {
        Arguments.Add(_words);
        Options.Add(Paging.Limit);
        Examples = [new("turnpike rules list", "all rules"), new("turnpike rules list --json | jq -r .name", "their names")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var words = run.Parsed.GetValue(_words);
        var rows = await Paging.ReadAsync(run, (after, limit) => run.Turnpike.Settings.RulesAsync(new SettingsQuery { Query = words, After = after, Limit = limit }, run.Stop));
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Rule, rows);
        else Rows.Write(run.Here, ["Rule", "Placement", "Always", "Tags", "Content"], rows.Select(row => (string?[])[row.Name, row.Placement.ToString().ToLowerInvariant(), row.AlwaysOn ? "yes" : "", string.Join(", ", row.Tags), row.Content]));
        return ExitCode.Ok;
    }
}
