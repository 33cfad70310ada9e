using Turnpike.Cli.Clients;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Cli.Commands;

/// <summary>A text that several models answer: the first in the turn that was submitted, each other one in a turn beside it.</summary>
internal static class Race
{
    /// <summary>Whether a turn began a race, or runs in one.</summary>
    public static bool Has(TurnStarted started) => started.Triggers.Any(trigger => trigger is { Trigger: "race.models", Outcome: "applied" });

    /// <summary>Shows the other turns of a race to their ends, one after the other as they were begun, and gives the exit code of the first that did not end well. Ctrl-C cancels them.</summary>
    /// <param name="run">The command's run.</param>
    /// <param name="first">The turn that began the race, which has ended.</param>
    /// <param name="content">What was typed.</param>
    public static async Task<int> ShowOthersAsync(Invocation run, string first, string content)
    {
        var code = ExitCode.Ok;
        try
        {
            foreach (var other in await OthersAsync(run.Turnpike, first))
            {
                using var leaving = new CancellationTokenSource();
                var running = new RunningTurn(run.Turnpike, leaving, other);
                using var interrupt = run.Stop.Register(running.Stop);
                if (!run.IsJson) run.Here.Out.Write('\n');
                var shown = await TurnSubmission.ShowAsync(run, run.Turnpike.FollowAsync(other, 0, leaving.Token), content, running, other);
                if (code == ExitCode.Ok) code = shown;
            }
        }
        catch (TurnException error)
        {
            await run.Talk.HushAsync();
            return run.Errors.Tell(error, content);
        }
        return code;
    }

    private static async Task<IReadOnlyList<string>> OthersAsync(ITurnpike turnpike, string first)
    {
        var (others, origin) = (new List<string>(), new TurnOrigin(first, TurnOriginKind.Regenerate));
        foreach (var id in await turnpike.SiblingsAsync(await turnpike.TurnAsync(first, CancellationToken.None), CancellationToken.None))
        {
            if (id != first && (await turnpike.TurnAsync(id, CancellationToken.None)).Origin == origin) others.Add(id);
        }
        return others;
    }
}
