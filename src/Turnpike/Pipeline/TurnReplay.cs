using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnpike.Models;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Web;

namespace Turnpike.Pipeline;

/// <summary>
/// Runs a turn again from its recording and tells what differs: its request is prepared as it would be now, and what it sent then goes through the model station once more,
/// with the provider's own client reading the bytes that are kept. Nothing is sent, no tool runs, and nothing is kept.
/// </summary>
public sealed class TurnReplay(ITurnStore turns, IConversationStore conversations, ITurnLog log, IRecordingStore recordings, TurnBranches branches, TurnRunner runner, ModelCatalog catalog, KeptSecrets secrets, GuardedClient web, IOptions<ModelOptions> options)
{
    private const int PageSize = 1000;

    /// <summary>Runs a turn again.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="asking">Says for whom it is run again; null: for whom it was submitted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TurnException"><c>turn_not_found</c>: no such turn, or nothing of it was recorded; <c>conversation_busy</c>: it has not ended.</exception>
    public async Task<ReplayReport> ReplayAsync(string turn, Func<TurnRequest, TurnRequest>? asking, CancellationToken cancellationToken)
    {
        var kept = await turns.FindAsync(turn, cancellationToken) ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\".") { Field = "id" };
        if (!kept.HasEnded) throw StoreErrors.Running(kept.Conversation, kept.Id);
        var recorded = await recordings.OfAsync(turn, cancellationToken);
        if (recorded.Count == 0 || await turns.RequestAsync(turn, cancellationToken) is not { Length: > 0 } masked) throw NotRecorded(turn);
        var sent = secrets.Restore(KeptJson.Read(masked.Span, TurnpikeJson.Relaxed.ModelRequest)!, kept);
        var differences = new ReplayDifferences { Secrets = secrets.Open(kept) };
        var prompt = await PrepareAgainAsync(turn, JsonSerializer.SerializeToUtf8Bytes(sent with { StandIns = null }, TurnpikeJson.Relaxed.ModelRequest), asking ?? (request => request), differences, cancellationToken);
        await RunAgainAsync(kept, prompt?.Hash == kept.Prompt?.Hash ? prompt?.Prompt.Fallback : null, sent, recorded, differences, cancellationToken);
        return new(turn, differences.Found.Count == 0, differences.Found, [.. recorded.Select(one => new ReplayedAttempt(one.Step, one.Attempt, one.Model, one.Status, one.Bytes, one.Truncated))]);
    }

    /// <summary>Compares what was sent first with what the submitted request would send now.</summary>
    /// <returns>The prompt that it would run now; null: none, or it is refused.</returns>
    private async Task<ResolvedPrompt?> PrepareAgainAsync(string turn, ReadOnlyMemory<byte> sent, Func<TurnRequest, TurnRequest> asking, ReplayDifferences differences, CancellationToken cancellationToken)
    {
        try
        {
            var prepared = await runner.PreviewAsync(asking(await AgainAsync(turn, cancellationToken)), cancellationToken);
            differences.Secrets = [.. differences.Secrets, .. prepared.Draft.Trace.Secrets];
            differences.Compare("request", sent, JsonSerializer.SerializeToUtf8Bytes(prepared.Request, TurnpikeJson.Relaxed.ModelRequest));
            return prepared.Prompt;
        }
        catch (TurnException refused)
        {
            differences.Compare("request", "ready to be sent", $"{refused.Code.Text()}: {refused.Message}");
            return null;
        }
    }

    /// <summary>
    /// The submitted request, for whom it was submitted. One that began its conversation begins a new one again, for the old one is pinned to the prompt that it began with; unless it left resources there, which are
    /// nowhere else.
    /// </summary>
    private async Task<TurnRequest> AgainAsync(string turn, CancellationToken cancellationToken)
    {
        var request = await branches.RegenerateAsync(turn, new(), cancellationToken);
        var submitted = await turns.SubmittedAsync(turn, cancellationToken) is { Length: > 0 } kept ? KeptRequest.ReadWhole(secrets.OpenRequest(kept)) : null;
        if (submitted is not null) request = request with { User = submitted.User, Organization = submitted.Organization, WholeHistory = submitted.WholeHistory, OnAsk = submitted.OnAsk, Approval = submitted.Approval };
        var began = submitted is { Conversation: null };
        var hasResources = began && await conversations.FindAsync(request.Conversation!, cancellationToken) is { Resources.Count: > 0 };
        return began && request.FromStart && !hasResources ? request with { Conversation = null, Begins = request.Conversation, FromStart = false, ExternalIds = null } : request;
    }

    /// <summary>Lets the model station work from what was sent, over the bytes that came back.</summary>
    private async Task RunAgainAsync(Turn kept, IReadOnlyList<string>? fallback, ModelRequest sent, IReadOnlyList<RecordedAttempt> recorded, ReplayDifferences differences, CancellationToken cancellationToken)
    {
        var events = await EventsAsync(kept.Id, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exchanges = new ReplayedExchanges(kept, recorded, differences, stop);
        var now = new ReplayOutcome();
        try
        {
            await foreach (var happened in AnswerAsync(kept, fallback, sent, events, exchanges, stop.Token)) now.Add(happened);
        }
        catch (TurnException error)
        {
            now.Add(new TurnFailed { Code = error.Code.Text(), Message = error.Message });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            now.Add(kept.Error is { } error ? new TurnFailed { Code = error.Code, Message = error.Message } : new TurnCancelled());
        }
        exchanges.TellUnasked();
        if (!exchanges.IsLost) ReplayOutcome.Of(events).Compare(now, kept.Status, differences);
    }

    private async IAsyncEnumerable<TurnEvent> AnswerAsync(Turn kept, IReadOnlyList<string>? fallback, ModelRequest sent, List<TurnEvent> events, ReplayedExchanges exchanges, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var models = new ModelStream(catalog, web, options, new ReplayedTime(), NullLogger<ModelStream>.Instance);
        var asked = kept.Attempts.Select(attempt => attempt.Model).Where(model => model != sent.Model).Distinct(StringComparer.Ordinal).ToArray(); // all that is known of the fallback of a prompt that is gone
        var (model, others) = await models.ChooseAsync(sent.Model, fallback ?? asked, cancellationToken);
        others = [.. others.Where(other => asked.Contains(other.Id) || WasSkipped(events, other))];
        var tools = new ReplayedTools(kept, sent, events);
        var turn = new ModelTurn { Request = sent, Model = model, Fallback = others, StandsIn = (other, _) => ValueTask.FromResult(StandIn(other)), Tools = tools.Offered, Answers = tools.Answers, Restart = WasBegunAnew(kept), Exchanges = exchanges };
        await foreach (var happened in models.AnswerAsync(turn, tools.Calling, _ => { }, cancellationToken)) yield return happened;

        StandIn? StandIn(ChosenModel other)
        {
            if (!asked.Contains(other.Id)) throw new TurnException(TurnErrorCode.ContextLengthExceeded, "it was passed over."); // for whatever reason; its warning is compared by its code
            if (sent.StandIns?.FirstOrDefault(request => request.Model == other.Id) is not { } own) return null;
            var told = events.SkipWhile(happened => happened is not StepStarted begun || begun.Model != other.Id).Skip(1).TakeWhile(happened => happened is WarningRaised).Cast<WarningRaised>();
            return new(own, tools.Offered.Only([.. own.Tools.Select(tool => tool.Name)]), 0, [.. told.Select(warning => new TurnWarning(warning.Code, warning.Message))]);
        }
    }

    /// <summary>Whether a model that stands in was passed over, because it does not read what the turn has.</summary>
    private static bool WasSkipped(List<TurnEvent> events, ChosenModel model) => events.OfType<WarningRaised>().Any(warning => warning.Code == "model_skipped" && warning.Message.StartsWith($"Model \"{model.Id}\"", StringComparison.Ordinal));

    /// <summary>Whether a step of the turn was asked again after it had said something.</summary>
    private static bool WasBegunAnew(Turn kept) => kept.Attempts.Zip(kept.Attempts.Skip(1)).Any(pair => pair.First is { Status: TurnStatus.Failed, TimeToFirstToken: not null } && pair.Second.Step == pair.First.Step);

    private async Task<List<TurnEvent>> EventsAsync(string turn, CancellationToken cancellationToken)
    {
        var events = new List<TurnEvent>();
        while (await log.ReadAsync(turn, events.Count == 0 ? 0 : events[^1].Sequence, PageSize, cancellationToken) is { Count: > 0 } more) events.AddRange(more);
        return events;
    }

    private static TurnException NotRecorded(string turn) => new(TurnErrorCode.TurnNotFound,
        $"Of turn \"{turn}\" nothing was recorded, so it cannot be run again. For turns to come set \"Record\" of their provider under Turnpike:Providers (or name it in TURNPIKE_RECORD), or say \"record: true\" in the prompt's metadata.")
    { Field = "id" };
}
