using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Pipeline;

/// <summary>Lets a summary, written by a model, stand for a conversation's oldest turns. Nothing is deleted: without the summary they are sent again.</summary>
public sealed class ConversationCompaction(IConversationStore conversations, ITurnStore turns, ModelCatalog models, SideCalls calls, TimeProvider time)
{
    private const int MostTurns = 1000;
    private const string Instruction = "Summarize this conversation for the model that will continue it. Keep names, numbers, decisions, open questions and what was promised; leave out pleasantries. Answer with the summary only.";

    /// <summary>Writes a summary of all turns of the shown branch but the newest.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="keep">How many of the newest turns are still sent as they are.</param>
    /// <param name="model">Who writes it; null: the conversation's model, else the standard one.</param>
    /// <param name="cancellationToken">Stops writing; nothing is kept.</param>
    /// <exception cref="TurnException"><c>conversation_not_found</c>; <c>content_missing</c>: there are no turns beside those kept; <c>model_unknown</c>; <c>rate_limited, budget_exceeded</c>: the key may use no more; <c>provider_error</c>: no summary came.</exception>
    public async Task<ConversationSummary> CompactAsync(string conversation, int keep, string? model, CancellationToken cancellationToken)
    {
        var found = await conversations.FindAsync(conversation, cancellationToken) ?? throw NotFound(conversation);
        var path = found.Head is null ? [] : await turns.PathAsync(found.Head, MostTurns, cancellationToken);
        var told = path.Take(Math.Max(0, path.Count - keep)).ToList();
        if (told.Count == 0) throw new TurnException(TurnErrorCode.ContentMissing, $"Conversation \"{conversation}\" has {path.Count} turns and {keep} are kept as they are: there is nothing to summarize.") { Field = "keep" };
        var before = found.Summaries.LastOrDefault(summary => told.Exists(turn => turn.Id == summary.UpTo));
        var chosen = await models.ChooseAsync(model ?? found.Model ?? models.Default, cancellationToken);
        var id = Ids.New("sum");
        var answer = await calls.AskAsync(new("summary", found.Project, Id: id), chosen, [new(ChatRole.System, Instruction), new(ChatRole.User, Transcript(told, before))], null, cancellationToken);
        if (answer.Text.Trim() is not { Length: > 0 } text) throw new TurnException(TurnErrorCode.ProviderError, $"Model \"{chosen.Id}\" wrote no summary. Try again, or choose another model.");
        var summary = new ConversationSummary
        {
            Id = id,
            UpTo = told[^1].Id,
            Turns = told[^1].Number > 0 ? told[^1].Number : told.Count,
            Text = text,
            Model = chosen.Id,
            Usage = answer.Usage is { } used ? new() { InputTokens = used.InputTokenCount ?? 0, OutputTokens = used.OutputTokenCount ?? 0 } : null,
            CreatedAt = time.GetUtcNow(),
        };
        _ = await conversations.UpdateAsync(conversation, now => now with { Summaries = [.. now.Summaries, summary] }, cancellationToken) ?? throw NotFound(conversation);
        return summary;
    }

    /// <summary>Deletes a summary, so that its turns are sent again.</summary>
    /// <exception cref="TurnException"><c>conversation_not_found</c>; <c>request_invalid</c>: it has no such summary.</exception>
    public async Task ForgetAsync(string conversation, string summary, CancellationToken cancellationToken) =>
        _ = await conversations.UpdateAsync(conversation, now => now.Summaries.Any(one => one.Id == summary) ? now with { Summaries = [.. now.Summaries.Where(one => one.Id != summary)] }
            : throw new TurnException(TurnErrorCode.RequestInvalid, $"Conversation \"{conversation}\" has no summary \"{summary}\".") { Field = "summaryId" }, cancellationToken) ?? throw NotFound(conversation);

    private static string Transcript(List<Turn> told, ConversationSummary? before)
    {
        var text = new StringBuilder();
        if (before is not null) text.Append("Summary of what came before:\n").Append(before.Text).Append("\n\n");
        foreach (var turn in told.SkipWhile(turn => before is not null && turn.Id != before.UpTo).Skip(before is null ? 0 : 1))
        {
            if (turn.CleanedContent.Length > 0) text.Append("user: ").Append(turn.CleanedContent).Append("\n\n");
            if (turn.Answer.Length > 0) text.Append("assistant: ").Append(turn.Answer).Append("\n\n");
        }
        return text.ToString();
    }

    private static TurnException NotFound(string id) => new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };
}
