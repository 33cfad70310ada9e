using System.CommandLine;
using Turnpike.Turns;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike rules delete</c>.</summary>
internal sealed class RulesDeleteCommand : CliCommand
{
    private readonly Argument<string> _name = new("rule") { Description = "The rule's id or name." };

    /// <summary>The command.</summary>
    public RulesDeleteCommand() : base("delete", "Deletes a rule.")
    {
        Arguments.Add(_name);
        Examples = [new("turnpike rules delete house-style", "deletes it")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var name = run.Parsed.GetRequiredValue(_name);
        var rule = await run.Turnpike.Settings.FindRuleAsync(name, run.Stop) ?? throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no rule \"{name}\".");
        await run.Turnpike.Settings.DeleteRuleAsync(rule.Id, run.Stop);
        return ExitCode.Ok;
    }
}
