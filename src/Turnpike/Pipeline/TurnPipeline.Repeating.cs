using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Tracing;

namespace Turnpike.Pipeline;

// The way of a turn that sends once more what another one sent: nothing is written anew.
public sealed partial class TurnPipeline
{
    private async Task<PreparedTurn> RepeatAsync(TurnDraft draft, ModelRequest sent, IReadOnlyList<TurnAction> actions, CancellationToken cancellationToken)
    {
        var again = draft.Again!;
        draft.Trace.Enter("messages");
        draft.Trace.Record("messages", null, "as they were sent", again.Id);
        var (model, fallback) = await models.ChooseAsync(sent.Model, draft.Prompt?.Prompt.Fallback ?? [], cancellationToken);

        draft.Trace.Enter("tools");
        var offered = await tools.RepeatAsync(draft, sent, again.Tools, cancellationToken);
        (var fitted, offered) = ModelStream.Refit(draft, model, sent with { Model = model.Id, Tools = offered.Functions, StandIns = null }, offered);
        var ready = await middleware.BeforeStartAsync(draft, fitted, cancellationToken);
        if (!ReferenceEquals(ready, fitted)) (ready, offered) = ModelStream.Refit(draft, model, ready, offered);
        draft.Trace.Leave();
        return new() { Draft = draft, Model = model, Fallback = fallback, Request = ready, Tools = offered, Given = again.History, Added = Asked(again), Variables = ResolvedVariables.None, Rules = again.Rules, Actions = actions, Tokens = calibration.Of(model.Id, TokenEstimate.Of(ready)), Made = new MessageSources().Rest(fitted.Messages, "turn:" + again.Id) };
    }

    /// <summary>The messages of a turn before those that were made when it ran.</summary>
    private static IReadOnlyList<ChatMessage> Asked(Turn turn) =>
        [.. turn.Messages.TakeWhile(message => message.Role != ChatRole.Tool && (message.Role != ChatRole.Assistant || message.Contents.Any(part => MessageParts.OriginOf(part) is not null)))];
}
