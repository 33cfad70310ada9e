using Turnpike.Turns;
using Turnpike.Turns.Projects;

namespace Turnpike.Pipeline;

// How a conversation goes while its turns run or wait: they end first, so that whoever reads them hears it and no model talks to nobody.
public sealed partial class TurnRunner
{
    private static readonly TimeSpan UntilCancelled = TimeSpan.FromSeconds(5); // then it is deleted all the same, and its readers are told so

    /// <summary>Cancels a conversation's turns that have not ended, wherever they run, waits a few seconds at most for their end, and deletes the conversation.</summary>
    /// <returns>False when there is no such conversation.</returns>
    /// <exception cref="TurnException"><c>forbidden</c>, <c>storage_unavailable</c>.</exception>
    public async Task<bool> DeleteConversationAsync(string conversation, CancellationToken cancellationToken)
    {
        if (!await access.AllowsAsync(new ProjectThing(ProjectThings.Conversation, conversation), ProjectRole.Runner, cancellationToken)) return false;
        var open = await turns.OpenAsync(conversation, cancellationToken);
        if (open.Count > 0) await EndAllAsync(open, cancellationToken);
        return await conversations.DeleteAsync(conversation, cancellationToken);
    }

    /// <summary>Asks for the end of turns, the newest first so that none begins because the one before it ends, and waits for it.</summary>
    private async Task EndAllAsync(IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(UntilCancelled, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        foreach (var turn in open) await UnlessGoneAsync(CancelAsync(turn, cancellationToken));
        try
        {
            await Task.WhenAll([.. open.Select(turn => UnlessGoneAsync(EndedAsync(turn, waiting.Token)))]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Its node is gone, or what it calls does not hear.
        }
    }

    private async Task EndedAsync(string turn, CancellationToken cancellationToken)
    {
        if ((await WaitAsync(turn, cancellationToken)).Status == TurnStatus.Waiting) await CancelAsync(turn, cancellationToken); // it came to wait on another node before that one heard
    }

    private static async Task UnlessGoneAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (TurnException gone) when (gone.Code == TurnErrorCode.TurnNotFound)
        {
            // Somebody else deleted it meanwhile.
        }
    }
}
