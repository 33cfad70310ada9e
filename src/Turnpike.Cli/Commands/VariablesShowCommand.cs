using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike variables show</c>.</summary>
internal sealed class VariablesShowCommand : CliCommand
{
    private readonly Argument<string> _scope = new("scope") { Description = "global, organization:<id> or user:<id>; a project's are on the project." };

    /// <summary>The command.</summary>
    public VariablesShowCommand() : base("show", "Shows the variables of a scope.")
    {
        Arguments.Add(_scope);
        Examples = [new("turnpike variables show global", "what everybody's prompts see")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var all = await run.Turnpike.Settings.VariablesAsync(run.Parsed.GetRequiredValue(_scope), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.DictionaryStringJsonElement, [all.ToDictionary()]);
        else Rows.Write(run.Here, ["Variable", "Value"], all.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (string?[])[pair.Key, pair.Value.ToString()]));
        return ExitCode.Ok;
    }
}
