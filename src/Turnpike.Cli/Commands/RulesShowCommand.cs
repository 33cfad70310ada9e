using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike rules show</c>.</summary>
internal sealed class RulesShowCommand : CliCommand
{
    private readonly Argument<string> _name = new("rule") { Description = "The rule's id or name." };

    /// <summary>The command.</summary>
    public RulesShowCommand() : base("show", "Shows what a rule says.")
    {
        Arguments.Add(_name);
        Examples = [new("turnpike rules show house-style", "its content"), new("turnpike rules show house-style --json", "all of it")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var name = run.Parsed.GetRequiredValue(_name);
        var rule = await run.Turnpike.Settings.FindRuleAsync(name, run.Stop) ?? throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no rule \"{name}\".");
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Rule, rule);
        else run.Here.Out.Write(rule.Content.TrimEnd('\n') + "\n");
        return ExitCode.Ok;
    }
}
