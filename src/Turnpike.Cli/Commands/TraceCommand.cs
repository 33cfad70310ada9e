using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike trace</c>: the road of a turn.</summary>
internal sealed class TraceCommand : CliCommand
{
    private readonly Argument<string> _turn = new("turn") { Description = "The turn's id (turn_…)." };

    /// <summary>The command.</summary>
    public TraceCommand() : base("trace", "Shows the road of a turn: what each station changed, and who or what caused it.")
    {
        Arguments.Add(_turn);
        Examples = [new("turnpike trace turn_3kTfP0aZ", "the seven stations"), new("turnpike trace turn_3kTfP0aZ --json | jq '.changes[]'", "all changes")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var stations = await run.Turnpike.TraceAsync(run.Parsed.GetRequiredValue(_turn), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.TraceStation, stations);
        else TracePrinter.Write(run.Here, stations);
        return ExitCode.Ok;
    }
}
