using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Models;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Pipeline;

/// <summary>Lets a summary, written by a model, stand for a conversation's oldest turns. Nothing is deleted: without the summary they are sent again.</summary>
public sealed class ConversationCompaction(IConversationStore conversations, ITurnStore turns, ProjectAccess access, ModelCatalog models, SideCalls calls, KeptParts kept, TokenCalibration calibration, IOptions<ModelOptions> options, TimeProvider time)
{
    private const int MostTurns = 1000, Longest = 1_000_000;
    private const string Instruction = "Summarize this conversation for the model that will continue it. Keep names, numbers, decisions, open questions and what was promised; leave out pleasantries. Answer with the summary only.";

    /// <summary>Writes a summary of all turns of the shown branch but the newest: in pieces, each with the summary before it, when they are more than the model's window takes.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="keep">How many of the newest turns are still sent as they are.</param>
    /// <param name="model">Who writes it; null: the conversation's model, else the standard one.</param>
    /// <param name="cancellationToken">Stops writing; nothing is kept.</param>
    /// <exception cref="TurnException"><c>conversation_not_found</c>; <c>forbidden</c>: whoever asks is no runner of its project; <c>content_missing</c>: there are no turns beside those kept; <c>model_unknown</c>; <c>rate_limited, budget_exceeded</c>: the key may use no more; <c>provider_…, timeout</c>: no summary came.</exception>
    public async Task<ConversationSummary> CompactAsync(string conversation, int keep, string? model, CancellationToken cancellationToken)
    {
        var found = await conversations.FindAsync(conversation, cancellationToken) ?? throw NotFound(conversation);
        await access.RequireAsync(found.Project, ProjectRole.Runner, cancellationToken);
        var path = found.Head is null ? [] : HiddenParts.Without(await turns.PathAsync(found.Head, MostTurns, cancellationToken), found);
        var told = path.Take(Math.Max(0, path.Count - keep)).ToList();
        if (told.Count == 0) throw new TurnException(TurnErrorCode.ContentMissing, $"Conversation \"{conversation}\" has {path.Count} turns and {keep} are kept as they are: there is nothing to summarize.") { Field = "keep" };
        var before = found.Summaries.LastOrDefault(summary => told.Exists(turn => turn.Id == summary.UpTo));
        var chosen = await models.ChooseAsync(model ?? found.Model ?? models.Default, cancellationToken);
        var id = Ids.New("sum");
        var said = new List<(ChatRole Role, string Text)>();
        foreach (var turn in told.Skip(before is null ? 0 : told.FindIndex(turn => turn.Id == before.UpTo) + 1))
            said.AddRange(turn.Given ? SaidTexts.Of(turn) : [.. SaidTexts.Texts(SaidTexts.New(turn, said)), (ChatRole.User, await AskedText.OfAsync(turn, kept, cancellationToken)), (ChatRole.Assistant, turn.Answer)]);
        var (text, usage) = await WriteAsync(new("summary", found.Project, Id: id), PatientClient.Of(chosen, options.Value), new(said, chosen.Info, calibration.Ratio(chosen.Id)), before?.Text, cancellationToken);
        var summary = new ConversationSummary
        {
            Id = id,
            UpTo = told[^1].Id,
            Turns = told[^1].Number > 0 ? told[^1].Number : told.Count,
            Text = text,
            Model = chosen.Id,
            Usage = TokenCounts.Reported(usage) is { } used ? new() { InputTokens = used.InputTokens, OutputTokens = used.OutputTokens } : null,
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

    /// <summary>Deletes the summaries that stand for turns of which something was taken away, on every branch: what they say of it is sent no more, and the turns are sent again as they are now.</summary>
    /// <param name="conversation">The conversation; one that there is not has no summaries.</param>
    /// <param name="changed">The ids of the turns.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task ForgetOfAsync(string conversation, IReadOnlyCollection<string> changed, CancellationToken cancellationToken)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var summary in (await conversations.FindAsync(conversation, cancellationToken))?.Summaries ?? [])
            if (changed.Intersect(await turns.PathIdsAsync(summary.UpTo, Longest, cancellationToken), StringComparer.Ordinal).Any()) gone.Add(summary.Id);
        if (gone.Count > 0) await conversations.UpdateAsync(conversation, now => now with { Summaries = [.. now.Summaries.Where(summary => !gone.Contains(summary.Id))] }, cancellationToken);
    }

    /// <summary>Summarizes one piece after the other, within the time that a turn has.</summary>
    private async Task<(string Text, UsageDetails? Usage)> WriteAsync(SidePurpose purpose, ChosenModel model, ConversationTranscript transcript, string? summary, CancellationToken cancellationToken)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(options.Value.Turn);
        UsageDetails? used = null;
        try
        {
            do
            {
                var piece = transcript.Next(Instruction, summary);
                var answer = await calls.AskAsync(transcript.IsRead ? purpose : purpose with { Id = null }, model, [new(ChatRole.System, Instruction), new(ChatRole.User, piece)], null, whole.Token); // the last one's usage is the summary's
                if ((summary = answer.Text.Trim()).Length == 0) throw new TurnException(TurnErrorCode.ProviderError, $"Model \"{model.Id}\" wrote no summary. Try again, or choose another model.");
                if (answer.Usage is { } more) (used ??= new()).Add(more);
            }
            while (!transcript.IsRead);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TurnException(TurnErrorCode.Timeout, FormattableString.Invariant($"Model \"{model.Id}\" did not write the summary within {options.Value.Turn.TotalMinutes:0.#} minutes (Turnpike:ModelCalls:Turn)."), error);
        }
        return (summary, used);
    }

    private static TurnException NotFound(string id) => new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };
}
