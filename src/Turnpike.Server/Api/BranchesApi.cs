using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Turns done again, and forks.</summary>
internal static class BranchesApi
{
    private const string Like = "Answered as a submitted turn is: a stream, 202, or the finished turn.";

    public static void MapBranches(this WebApplication app)
    {
        var turns = app.MapGroup("/api/turns/{id}").WithTags("Turns").RequireScope(Scopes.Turns);
        turns.MapPost("regenerate", RegenerateAsync).Sends("Location", 202).Sends("Preference-Applied", 202).SendsTurn().Describe("regenerateTurn", "Answer again", $"A turn beside this one with the same text and the settings of today. {Like}").Takes<TurnAgain>(isOptional: true).Answers<Turn>().Answers<Turn>(202).AnswersEvents();
        turns.MapPost("retry", RetryAsync).Sends("Location", 202).Sends("Preference-Applied", 202).SendsTurn().Describe("retryTurn", "Try again", $"The request that was sent, once more, after it failed, was cancelled or interrupted, whatever was changed since. {Like}").Takes<TurnAgain>(isOptional: true).Answers<Turn>().Answers<Turn>(202).AnswersEvents();
        turns.MapPost("edit", EditAsync).Sends("Location", 202).Sends("Preference-Applied", 202).SendsTurn().Describe("editTurn", "Change what was asked", $"A turn beside this one with another text. {Like}").Takes<TurnAgain>().Answers<Turn>().Answers<Turn>(202).AnswersEvents();
        turns.MapPost("edit/preview", PreviewEditAsync).Describe("previewEdit", "Preview a changed question", "What \"edit\" would send with the same body, with all that the turn had: answered as a preview is.").Takes<TurnAgain>().AnswersShape(OpenApiAnswers.Preview);
        turns.MapPost("answer", AnswerAsync).Sends("Location", 201).SendsTurn().Describe("editAnswer", "Change what was answered", "A turn beside this one with the same question and the given answer; no model is asked.").Header("Idempotency-Key", "The same as idempotencyKey in the body.").Takes<TurnAnswer>().Answers<Turn>(201);
        app.MapPost("/api/conversations/{id}/fork", ForkAsync).WithTags("Conversations").RequireScope(Scopes.Conversations).Sends("Location", 201).Describe("forkConversation", "Fork a conversation", "A new conversation that goes on from a turn of this one; no turn is copied.").Takes<ForkRequest>(isOptional: true).Answers<Conversation>(201);
        app.MapPost("/api/conversations/{id}/compact", CompactAsync).WithTags("Conversations").RequireScope(Scopes.Conversations).Describe("compactConversation", "Let a summary stand for the oldest turns", "A model writes it; the turns stay as they are. It takes the scope turns as well.").Takes<CompactRequest>(isOptional: true).Answers<ConversationSummary>(201);
        app.MapDelete("/api/conversations/{id}/summaries/{summaryId}", ForgetAsync).WithTags("Conversations").RequireScope(Scopes.Conversations).Describe("deleteSummary", "Delete a summary", "The turns that it stood for are sent again.").AnswersNothing();
    }

    private static async Task CompactAsync(HttpContext http, string id, ConversationCompaction compaction)
    {
        if (Visitor.Of(http) is var visitor && !visitor.May(Scopes.Turns)) throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{visitor.Name}\" may not do this: a model writes the summary, which takes the scope \"{Scopes.Turns}\" as well.");
        var request = await Body.ReadOrAsync(http, ServerJson.Relaxed.CompactRequest, new());
        if (request.Keep is < 0 or > 1000) throw new TurnException(TurnErrorCode.RequestInvalid, "\"keep\" must be from 0 to 1,000 turns.") { Field = "keep" };
        await Answer.WriteAsync(http, await compaction.CompactAsync(id, request.Keep ?? 4, request.Model, http.RequestAborted), TurnpikeJson.Relaxed.ConversationSummary, 201);
    }

    private static async Task ForgetAsync(HttpContext http, string id, string summaryId, ConversationCompaction compaction)
    {
        await compaction.ForgetAsync(id, summaryId, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task RegenerateAsync(HttpContext http, string id, TurnBranches branches, TurnRunner runner, TimeProvider time)
    {
        var change = await ReadAsync(http, content: false);
        await TurnsApi.RunAsync(http, await branches.RegenerateAsync(id, change, http.RequestAborted), runner, time);
    }

    private static async Task RetryAsync(HttpContext http, string id, TurnBranches branches, TurnRunner runner, TimeProvider time)
    {
        var change = await ReadAsync(http, content: false);
        await TurnsApi.RunAsync(http, await branches.RetryAsync(id, change, http.RequestAborted), runner, time);
    }

    private static async Task EditAsync(HttpContext http, string id, TurnBranches branches, TurnRunner runner, TimeProvider time)
    {
        var change = await ReadAsync(http, content: true);
        await TurnsApi.RunAsync(http, await branches.EditAsync(id, change.Content!, change, http.RequestAborted), runner, time);
    }

    private static async Task PreviewEditAsync(HttpContext http, string id, TurnBranches branches, TurnRunner runner)
    {
        var change = await ReadAsync(http, content: true);
        await TurnsApi.ShowAsync(http, await branches.EditAsync(id, change.Content!, change, http.RequestAborted), runner);
    }

    private static async Task AnswerAsync(HttpContext http, string id, TurnBranches branches)
    {
        var answer = await Body.ReadAsync(http, TurnpikeJson.Relaxed.TurnAnswer);
        var given = await branches.AnswerAsync(id, answer with { IdempotencyKey = TurnsApi.Key(http, answer.IdempotencyKey) }, http.RequestAborted);
        TurnHeaders.Stamp(http, given);
        http.Response.Headers.Location = "/api/turns/" + given.Id;
        await Answer.WriteAsync(http, given, TurnpikeJson.Relaxed.Turn, 201);
    }

    private static async Task ForkAsync(HttpContext http, string id, TurnBranches branches, SecretNames secrets)
    {
        var request = await Body.ReadOrAsync(http, ServerJson.Relaxed.ForkRequest, new());
        var fork = await branches.ForkAsync(id, request.Turn, http.RequestAborted);
        http.Response.Headers.Location = "/api/conversations/" + fork.Id;
        await ConversationsApi.ShowAsync(http, fork, secrets, 201);
    }

    private static async ValueTask<TurnAgain> ReadAsync(HttpContext http, bool content)
    {
        var change = await Body.ReadOrAsync(http, TurnpikeJson.Relaxed.TurnAgain, new());
        if (content && change.Content is null) throw new TurnException(TurnErrorCode.RequestInvalid, "\"content\" is missing: it is the new text.") { Field = "content" };
        if (!content && (change.Content is not null || change.Resources is not null)) throw new TurnException(TurnErrorCode.RequestInvalid, "The text and what is attached stay as they are here; send them to \"edit\".") { Field = change.Content is not null ? "content" : "resources" };
        return change;
    }
}
