using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>Lets a summary stand for the oldest turns of a conversation when its newest turn nearly filled the model's window. When it cannot be made, the oldest turns leave instead.</summary>
internal sealed partial class AutoCompaction(ConversationCompaction compaction, IConversationStore conversations, ModelCatalog models, IOptions<CompactionOptions> options, ILogger<AutoCompaction> logger) : ITurnObserver
{
    public async ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (options.Value.At is not { } most || turn.Status != TurnStatus.Completed || models.Known(turn.Model)?.ContextWindow is not { } window) return;
        if (turn.Attempts.LastOrDefault(attempt => attempt.Usage is not null)?.Usage is not { } usage || usage.InputTokens < most * window) return;
        if ((await conversations.FindAsync(turn.Conversation, cancellationToken))?.Head != turn.Id) return;
        try
        {
            await compaction.CompactAsync(turn.Conversation, options.Value.Keep, null, cancellationToken);
        }
        catch (TurnException error)
        {
            NotCompacted(turn.Conversation, error.OperatorMessage ?? error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conversation {Conversation} got no summary: {Reason}")]
    private partial void NotCompacted(string conversation, string reason);
}
