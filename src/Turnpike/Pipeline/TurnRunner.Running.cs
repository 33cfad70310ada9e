using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Turnpike.Conversations;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Pipeline;

// How a turn is made ready, counted, saved and run.
public sealed partial class TurnRunner
{
    private async Task<PreparedTurn> PrepareAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await access.CheckAsync(request, cancellationToken);
            var prepared = KeyGuard.Check(await pipeline.PrepareAsync(request, cancellationToken));
            await access.CheckAsync(prepared, cancellationToken);
            return await access.HomeAsync(prepared, cancellationToken) is { } home ? prepared with { Home = home } : prepared;
        }
        catch (TurnException error) when (error is { Code: TurnErrorCode.ContentMissing, Unsent: { } draft })
        {
            if (!await pipeline.KeepSettingsAsync(draft, cancellationToken)) throw;
            throw new TurnException(error.Code, error.Message + " What the triggers set for the conversation is kept.") { Field = error.Field };
        }
    }

    /// <summary>Counts the turn and saves it; one that is not saved does not count.</summary>
    private async Task<(TurnRecording? Recording, bool IsCounted)> SaveAsync(PreparedTurn prepared, Action<string> replayed, CancellationToken cancellationToken)
    {
        var isCounted = prepared.Draft.Request.Id is null ? await meter.ReserveAsync(prepared, cancellationToken)
            : await PatientlyAsync(() => meter.ReserveAsync(prepared, cancellationToken), cancellationToken); // it stood in a queue
        TurnRecording? recording = null;
        try
        {
            recording = await pipeline.SaveAsync(prepared, new(Node, options.Value.Lease), replayed, cancellationToken);
            return (recording, isCounted);
        }
        finally
        {
            if (isCounted && recording is null) await meter.UndoAsync(prepared.Draft.Id);
        }
    }

    /// <summary>Counts what a turn used that has ended, or stopped to wait for somebody. Of one that was deleted meanwhile, what it is known to have used.</summary>
    private async Task SettleAsync(LiveTurn live, Turn? ended)
    {
        try
        {
            using var free = ProjectAccess.Free(); // what was used counts, whoever may still see it
            if (await turns.FindAsync(live.Id, CancellationToken.None) is { } kept) await meter.SettleAsync(kept);
            else if (ended is { HasEnded: true }) await meter.SettleAsync(ended);
            else await meter.SettleAsync(live.Id);
        }
        catch (Exception error)
        {
            NotSettled(live.Id, error);
        }
    }

    private async Task<Turn> RunAsync(LiveTurn live, PreparedTurn prepared, TurnRecording recording)
    {
        await ActAsync(prepared, live.Cancellation.Token);
        var turn = await pipeline.RunAsync(prepared, recording, live.Cancellation.Token);
        if (turn.HasEnded) live.Ended = turn;
        return turn;
    }

    private void Run(LiveTurn live, TurnRecording recording, Func<Task<Turn>> run)
    {
        recording.Seen = live.Show;
        recording.Interruption = () => live.Interruption;
        Begin(live, () => RunAsync(live, recording, run));
    }

    /// <summary>Lets a turn's work begin. Before, it is known with what completes when it is kept; when the others were interrupted already it is so as well.</summary>
    private void Begin(LiveTurn live, Func<Task> work)
    {
        var running = new Task<Task>(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        live.Running = running.Unwrap();
        _live[live.Id] = live;
        if (_interrupts)
        {
            live.Interruption = StoppedWhileRunning;
            live.Cancellation.Cancel();
        }
        Tend();
        running.Start(TaskScheduler.Default);
    }

    private async Task RunAsync(LiveTurn live, TurnRecording recording, Func<Task<Turn>> run)
    {
        Activity? span = null;
        Turn? kept = null;
        try
        {
            span = TurnTelemetry.Begin(live.Id, live.Conversation);
            kept = await run();
        }
        catch (Exception error)
        {
            NotKept(live.Id, error);
        }
        finally
        {
            await CloseAsync(live, recording, kept, span);
        }
    }

    /// <summary>Does what follows a turn's end; whatever fails of it, the turn runs here no longer and its readers are not left waiting.</summary>
    private async Task CloseAsync(LiveTurn live, TurnRecording recording, Turn? kept, Activity? span)
    {
        try
        {
            using var submitter = KeyScope.Enter(live.Key ?? KeyScope.Current);
            TurnTelemetry.End(span, kept);
            if (live.IsCounted) await SettleAsync(live, kept);
            if (kept is not null && recording.IsEndKept) observers.Tell(kept); // what observers let a model do is counted after the turn; of an end that another node kept that node tells
            if (live is { KeepsAll: true, Ended: not null }) _ = LingerAsync(live);
            if (live.Close() && kept is { Status: TurnStatus.Waiting }) await EndAskedAsync(live.Id);
        }
        catch (Exception error)
        {
            NotClosed(live.Id, error);
        }
        finally
        {
            _live.TryRemove(new(live.Id, live));
            live.Release();
        }
    }

    /// <summary>Does what triggers asked for, until the turn is to end. What fails, also by giving up on its own, becomes a warning of the turn.</summary>
    private static async Task ActAsync(PreparedTurn prepared, CancellationToken cancellationToken)
    {
        foreach (var action in prepared.Actions)
        {
            if (cancellationToken.IsCancellationRequested) return; // whoever keeps the turn ends it
            try
            {
                await action.Run(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                prepared.Draft.Warn("action_failed", $"\"{action.Trigger}\" failed: {error.Message}");
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What turn {Turn} used could not be counted; what was reserved for it stays counted")]
    private partial void NotSettled(string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "What follows the end of turn {Turn} could not all be done")]
    private partial void NotClosed(string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of turn {Turn} could not be kept; it will be swept as interrupted")]
    private partial void NotKept(string turn, Exception error);
}
