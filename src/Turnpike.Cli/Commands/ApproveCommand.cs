using System.CommandLine;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike approve</c>: answers a tool call that waits for a yes or no, where nobody sits at a terminal.</summary>
internal sealed class ApproveCommand : CliCommand
{
    private readonly Argument<string> _turn = new("turn") { Description = "The turn's id (turn_…)." };
    private readonly Argument<string> _call = new("call") { Description = "The id of the call that waits." };
    private readonly Option<bool> _deny = new("--deny") { Description = "Say no: the tool is not called." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why not, as the model is told.", HelpName = "text" };

    /// <summary>The command.</summary>
    public ApproveCommand() : base("approve", "Says whether a tool call that waits may run, and shows the turn as it goes on.")
    {
        Arguments.Add(_turn);
        Arguments.Add(_call);
        Options.Add(_deny);
        Options.Add(_reason);
        Options.Add(TurnOptions.NoStream);
        Examples = [new("turnpike approve turn_3kTfP0aZ call_1", "the call runs, and the turn goes on"), new("turnpike approve turn_3kTfP0aZ call_1 --deny --reason \"Too dear\"", "the model is told why not")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (turn, call, isDenied, reason) = (run.Parsed.GetRequiredValue(_turn), run.Parsed.GetRequiredValue(_call), run.Parsed.GetValue(_deny), run.Parsed.GetValue(_reason));
        if (reason is not null && !isDenied) throw new UsageException("--reason says why a call may not run.", "Give it with --deny, or leave it out.");
        var waiting = (await run.Turnpike.TurnAsync(turn, run.Stop)).OpenCalls.Where(open => open.Kind != OpenCall.Client).Select(open => open.CallId).ToList();
        var answer = new CallAnswer { CallId = call, Approved = !isDenied, Reason = isDenied ? reason : null };
        if (!waiting.Contains(call) && !await WasSaidAsync(run, turn, answer)) throw new UsageException($"No call \"{call}\" of turn \"{turn}\" waits for a yes or no.{Nearest.Hint(call, waiting)}", waiting.Count == 0 ? $"How the turn stands: turnpike follow {turn}" : $"These wait: {string.Join(", ", waiting)}");
        return await TurnSubmission.ShowAsync(run, run.Turnpike.FollowAsync(turn, 0, run.Stop), "", null, turn, answer);
    }

    /// <summary>Whether the same was said of the call before: saying it again changes nothing, and is no mistake.</summary>
    private static async Task<bool> WasSaidAsync(Invocation run, string turn, CallAnswer answer)
    {
        try
        {
            await run.Turnpike.AnswerAsync(turn, answer, run.Stop);
            return true;
        }
        catch (TurnException error) when (error.Code is TurnErrorCode.RequestInvalid or TurnErrorCode.IdempotencyConflict)
        {
            return false;
        }
    }
}
