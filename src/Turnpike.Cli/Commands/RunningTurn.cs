using Turnpike.Cli.Clients;
using Turnpike.Turns.Events;

namespace Turnpike.Cli.Commands;

/// <summary>A turn that Ctrl-C may end: before it has an id by leaving, afterwards by cancelling it and reading on to its last event.</summary>
internal sealed class RunningTurn(ITurnpike turnpike, CancellationTokenSource leaving, string? turn = null)
{
    private readonly Lock _gate = new();
    private string? _turn = turn;
    private bool _stopped;

    /// <summary>Takes note of an event, the first of which names the turn.</summary>
    public void Saw(TurnEvent happened)
    {
        lock (_gate)
        {
            if (_turn is not null) return;
            _turn = happened.Turn;
            if (_stopped) _ = CancelAsync(_turn);
        }
    }

    /// <summary>Ends the turn.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
            if (_turn is null) leaving.Cancel();
            else _ = CancelAsync(_turn);
        }
    }

    // Who cannot cancel leaves: the turn is then the server's affair.
    private async Task CancelAsync(string id)
    {
        try
        {
            await turnpike.CancelAsync(id, CancellationToken.None);
        }
        catch (Exception)
        {
            await leaving.CancelAsync();
        }
    }
}
