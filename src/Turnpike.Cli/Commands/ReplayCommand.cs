using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike replay</c>: a turn once more, from its recording.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private readonly Argument<string> _turn = new("turn") { Description = "The turn's id (turn_…). Its provider or its prompt must have said that exchanges are recorded." };

    /// <summary>The command.</summary>
    public ReplayCommand() : base("replay", "Runs a turn again from the recorded bytes of its provider, without the network, and tells what differs: exit code 0 when nothing does, 1 when something does.")
    {
        Arguments.Add(_turn);
        Examples = [new("turnpike replay turn_3kTfP0aZ", "whether the turn would be the same today"), new("turnpike replay turn_3kTfP0aZ --json | jq '.differences[].where'", "the places that differ")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var report = await run.Turnpike.ReplayAsync(run.Parsed.GetRequiredValue(_turn), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.ReplayReport, [report]);
        else ReplayPrinter.Write(run.Here, report);
        return report.Same ? ExitCode.Ok : ExitCode.TurnFailed;
    }
}
