using System.CommandLine;
using Turnpike.Turns;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike follow</c>: a turn that was submitted elsewhere, or before.</summary>
internal sealed class FollowCommand : CliCommand
{
    private readonly Argument<string> _turn = new("turn") { Description = "The turn's id (turn_…)." };
    private readonly Option<long> _after = new("--after") { Description = "Begin behind the event of this number; 0 is the start.", HelpName = "number" };

    /// <summary>The command.</summary>
    public FollowCommand() : base("follow", "Shows a turn as it goes on, from any point, and ends when it ends. Leaving does not end the turn.")
    {
        Arguments.Add(_turn);
        Options.Add(_after);
        Options.Add(TurnOptions.NoStream);
        Examples = [new("turnpike follow turn_3kTfP0aZ", "what was said so far, and what follows"), new("turnpike follow turn_3kTfP0aZ --after 12 --json", "the events behind the twelfth, one a line")];
        _after.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() < 0) result.AddError("--after must be 0 or more.");
        });
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (turn, after) = (run.Parsed.GetRequiredValue(_turn), run.Parsed.GetValue(_after));
        // What a turn waits for may have been told before that event, and nothing follows until it is answered.
        var isWaiting = after > 0 && (await run.Turnpike.TurnAsync(turn, run.Stop)).Status == TurnStatus.Waiting;
        return await TurnSubmission.ShowAsync(run, run.Turnpike.FollowAsync(turn, isWaiting ? 0 : after, run.Stop), "", null, turn, after: after);
    }
}
