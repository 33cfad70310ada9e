using Turnpike.Conversations;
using Turnpike.Messages;
using Turnpike.Middleware;
using Turnpike.Models;
using Turnpike.Opening;
using Turnpike.Tools;
using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Recordings;

namespace Turnpike.Pipeline;

/// <summary>
/// The road of a turn: seven stations, in the order in which they stand here. The first five make a turn ready and have no effects, so a preview is
/// exactly <see cref="PrepareAsync"/>; the last two ask the model and keep what happens.
/// </summary>
public sealed partial class TurnPipeline(
    DraftOpener opening,
    TriggerProcessor triggers,
    MiddlewareChain middleware,
    MessageBuilder messages,
    ToolResolver tools,
    ModelStream models,
    TurnRecorder conversations,
    ToolCaller caller,
    TokenCalibration calibration,
    TurnTapes tapes)
{
    /// <summary>Makes a turn ready to be sent. Nothing is kept and nothing is sent.</summary>
    /// <exception cref="TurnException">What stops the turn before the model: every code up to <c>model_unknown</c>.</exception>
    public Task<PreparedTurn> PrepareAsync(TurnRequest request, CancellationToken cancellationToken) => TurnTelemetry.PrepareAsync(() => PassAsync(request, cancellationToken));

    private async Task<PreparedTurn> PassAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        var draft = await opening.OpenAsync(request, cancellationToken);
        return await draft.Trace.WithoutSecretsAsync(() => PassAsync(draft, cancellationToken));
    }

    private async Task<PreparedTurn> PassAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        draft.Trace.Enter("triggers");
        var actions = await triggers.ProcessAsync(draft, cancellationToken);

        draft.Trace.Enter("middleware");
        await middleware.InvokeAsync(draft, cancellationToken);
        draft.Seal();
        if (draft.Request.Sent is { } sent) return await RepeatAsync(draft, sent, actions, cancellationToken);
        draft.Trace.Enter("messages");
        var (model, fallback) = await models.ChooseAsync(draft.Model, draft.Prompt?.Prompt.Fallback ?? [], cancellationToken);
        var written = await messages.WriteAsync(draft, model.Info ?? new() { Id = model.Id, Provider = "" }, cancellationToken); // its id at least is known

        draft.Trace.Enter("tools");
        var offered = await tools.ResolveAsync(draft, model.Info, cancellationToken);

        draft.Trace.Return("messages"); // the history takes what the tools leave of the window
        var built = await messages.BuildAsync(draft, model.Info, written, offered.TokensFor(model.Info), cancellationToken);
        draft.Trace.Return("tools");
        var fitted = models.Fit(draft, model, built.Messages, ref offered);
        var ready = await middleware.BeforeStartAsync(draft, fitted, cancellationToken);
        if (!ReferenceEquals(ready, fitted)) (ready, offered) = ModelStream.Refit(draft, model, ready, offered);
        draft.Trace.Leave();
        return new() { Draft = draft, Model = model, Fallback = fallback, Request = ready, Tools = offered, Given = built.Given, Added = built.Added, Variables = built.Variables, Rules = built.Rules, Resources = built.Resources, Packing = built.Packing, Actions = actions, Tokens = calibration.Of(model.Id, TokenEstimate.Of(ready)), Made = built.SourcesOf(fitted) };
    }

    /// <summary>Saves a prepared turn before the model is asked; null when its idempotency key began one before.</summary>
    /// <exception cref="TurnException"><c>conversation_busy, idempotency_conflict, storage_unavailable</c>.</exception>
    public Task<TurnRecording?> SaveAsync(PreparedTurn turn, NodeLease lease, Action<string> replayed, CancellationToken cancellationToken) =>
        conversations.BeginAsync(turn, lease, replayed, cancellationToken);

    /// <summary>Keeps what sticky triggers set, when there was nothing to send with them; false when they set nothing.</summary>
    public Task<bool> KeepSettingsAsync(TurnDraft draft, CancellationToken cancellationToken) => conversations.KeepSettingsAsync(draft, cancellationToken);

    /// <summary>Notes a request to a provider, and learns from the tokens that it reports.</summary>
    private void Note(PreparedTurn turn, TurnRecording recording, TurnAttempt attempt)
    {
        Note(recording, attempt);
        if (attempt is { Step: 1, Usage: { Estimated: false } usage } && attempt.Model == turn.Model.Id) calibration.Note(attempt.Model, TokenEstimate.Of(turn.Request), usage.InputTokens);
    }

    /// <summary>Asks the model and keeps what happens, however it ends.</summary>
    public Task<Turn> RunAsync(PreparedTurn turn, TurnRecording recording, CancellationToken cancellationToken)
    {
        var asked = (ModelTurn.Of(turn) with { StandsIn = StandingIn(turn, recording) }) is var said && turn.Draft.Store != false ? said with { Exchanges = tapes.Of(turn.Draft.Id, said.Record) } : said;
        return conversations.KeepAsync(recording, models.AnswerAsync(asked, TurnTelemetry.Watch(caller.For(asked, handedOver: true)), attempt => Note(turn, recording, attempt), cancellationToken), asked.Waits, cancellationToken);
    }
}
