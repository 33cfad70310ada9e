using System.CommandLine;
using System.Text.Json;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike variables set</c>.</summary>
internal sealed class VariablesSetCommand : CliCommand
{
    private readonly Argument<string> _scope = new("scope") { Description = "global, organization:<id> or user:<id>." };
    private readonly Argument<string[]> _values = new("values") { Description = "name=value, name=@file (its text) or name:=json, as -v takes them.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _unset = new("--unset") { Description = "The name of a variable to unset; may be repeated.", HelpName = "name" };

    /// <summary>The command.</summary>
    public VariablesSetCommand() : base("set", "Sets variables of a scope; the others stay.")
    {
        Arguments.Add(_scope);
        Arguments.Add(_values);
        Options.Add(_unset);
        Examples = [new("turnpike variables set global city=Rome 'languages:=[\"it\", \"la\"]'", "two variables"), new("turnpike variables set user:ada --unset city", "takes one away")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var changes = new Dictionary<string, JsonElement>(await VariableArguments.ReadAsync(run.Parsed.GetValue(_values) ?? [], new InputFile(run.Here), new VariableTypes(turnpike: null), run.Stop));
        foreach (var name in run.Parsed.GetValue(_unset) ?? []) changes[name] = JsonElement.Parse("null");
        var all = await run.Turnpike.Settings.SetVariablesAsync(run.Parsed.GetRequiredValue(_scope), changes, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.DictionaryStringJsonElement, [all.ToDictionary()]);
        else Rows.Write(run.Here, ["Variable", "Value"], all.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (string?[])[pair.Key, pair.Value.ToString()]));
        return ExitCode.Ok;
    }
}
