using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike cancel</c>: ends a turn that runs or waits elsewhere.</summary>
internal sealed class CancelCommand : CliCommand
{
    private readonly Argument<string> _turn = new("turn") { Description = "The turn's id (turn_…)." };

    /// <summary>The command.</summary>
    public CancelCommand() : base("cancel", "Ends a turn that runs, or waits for an answer; what the model had said is kept. One that has ended stays as it is.")
    {
        Arguments.Add(_turn);
        Examples = [new("turnpike cancel turn_3kTfP0aZ", "then its conversation can go on")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var turn = run.Parsed.GetRequiredValue(_turn);
        if ((await run.Turnpike.TurnAsync(turn, run.Stop)) is { HasEnded: true } kept) await run.Talk.WarnAsync($"Turn \"{turn}\" has ended already: {kept.Status.ToString().ToLowerInvariant()}.");
        else await run.Turnpike.CancelAsync(turn, run.Stop);
        return ExitCode.Ok;
    }
}
