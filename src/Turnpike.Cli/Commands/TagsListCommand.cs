using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tags list</c>.</summary>
internal sealed class TagsListCommand : CliCommand
{
    private readonly Argument<string?> _words = new("words") { Description = "Words that the name holds.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public TagsListCommand() : base("list", "Lists tags, by name.")
    {
        Arguments.Add(_words);
        Options.Add(Paging.Limit);
        Examples = [new("turnpike tags list", "all tags"), new("turnpike tags list --json | jq -r .name", "their names")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var words = run.Parsed.GetValue(_words);
        var rows = await Paging.ReadAsync(run, (after, limit) => run.Turnpike.Settings.TagsAsync(new SettingsQuery { Query = words, After = after, Limit = limit }, run.Stop));
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Tag, rows);
        else Rows.Write(run.Here, ["Tag", "Rules", "About"], rows.Select(row => (string?[])[row.Name, string.Join(", ", row.Rules), row.Description]));
        return ExitCode.Ok;
    }
}
