using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Opening;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>Makes branches: a turn done again stands beside the one it is made of, and a fork goes on from it in a conversation of its own.</summary>
public sealed class TurnBranches(ITurnStore turns, IConversationStore conversations, KeptSecrets secrets, KeptParts kept, TimeProvider time)
{
    /// <summary>The request that answers a turn's text again, with the settings of today: what the request itself said stays, unless it is changed here.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>; <c>request_invalid</c>: what it was submitted with was sealed with a key that is gone.</exception>
    public async Task<TurnRequest> RegenerateAsync(string turn, TurnAgain change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Changed(await SubmittedAsync(turn, TurnOriginKind.Regenerate, cancellationToken), change);
    }

    /// <summary>The request of a turn that failed, was cancelled or interrupted, once more: what it sent, whatever was changed since. Where that is not kept any more, or for a key that runs only certain prompts, it is made again from what was submitted.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>; <c>request_invalid</c>: it has an answer, still runs, or what it was submitted with was sealed with a key that is gone.</exception>
    public async Task<TurnRequest> RetryAsync(string turn, TurnAgain change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var request = await SubmittedAsync(turn, TurnOriginKind.Retry, cancellationToken);
        if (request.Again!.Status is TurnStatus.Failed or TurnStatus.Cancelled or TurnStatus.Interrupted) return await AsSentAsync(Changed(request, change), change, cancellationToken);
        throw new TurnException(TurnErrorCode.RequestInvalid, $"Turn \"{turn}\" is {request.Again.Status.ToString().ToLowerInvariant()}; only a turn that failed, was cancelled or interrupted is tried again. Regenerate it for another answer.") { Field = "id" };
    }

    /// <summary>The request of a turn with another text.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>; <c>request_invalid</c>: what it was submitted with was sealed with a key that is gone.</exception>
    public async Task<TurnRequest> EditAsync(string turn, string content, TurnAgain change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var request = Changed(await SubmittedAsync(turn, TurnOriginKind.Edit, cancellationToken), change);
        return request with { Content = content, Typed = Typed(request, content), Chosen = null }; // the text is as new as they are
    }

    /// <summary>Keeps a turn beside another with the same question and an answer that was written by hand.</summary>
    /// <returns>The turn; under an idempotency key that was used with the same answer, the first one.</returns>
    /// <exception cref="TurnException"><c>conversation_not_found</c>; <c>turn_not_found</c>: there is none, or the conversation has neither it nor the one that it answers to; <c>conversation_busy</c>: it still runs; <c>idempotency_conflict</c>: the key was used for another request.</exception>
    public async Task<Turn> AnswerAsync(string turn, TurnAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        RequestRules.CheckKey(answer.IdempotencyKey);
        var (key, hash, conversation) = (answer.IdempotencyKey, answer.IdempotencyKey is null ? null : HashOf(turn, answer), answer.Conversation);
        if (key is not null && await turns.FindByKeyAsync(key, cancellationToken) is { } first) return first.RequestHash == hash ? await RequiredAsync(first.Turn, cancellationToken) : throw TurnRunner.OtherRequest(key);
        var old = await RequiredAsync(turn, cancellationToken);
        if (!old.HasEnded) throw StoreErrors.Running(old.Conversation, old.Id);
        var opened = await conversations.FindAsync(conversation ?? old.Conversation, cancellationToken) ?? throw StoreErrors.NoConversation(conversation ?? old.Conversation);
        var isIts = await ConversationTurns.HasAsync(turns, opened, old, cancellationToken) || (old.Parent is { } parent && await ConversationTurns.FindAsync(turns, opened, parent, cancellationToken) is not null);
        if (!isIts) throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{opened.Id}\" has neither the turn \"{turn}\" nor the one that it answers to. Leave \"conversation\" out, or name a fork.") { Field = "conversation" };
        old = HiddenParts.Without([old], opened)[0];
        var asked = old.Messages.TakeWhile(message => message.Role != ChatRole.Assistant || message.Contents.Any(part => MessageParts.OriginOf(part) is not null));
        var now = time.GetUtcNow();
        var given = old with
        {
            Id = Ids.New("turn"),
            Conversation = opened.Id,
            Status = TurnStatus.Completed,
            Origin = new(old.Id, TurnOriginKind.Answer),
            Answer = answer.Content,
            Output = ShapedAnswer.Value(old.Parameters, answer.Content),
            OpenCalls = [],
            Messages = [.. asked, new(ChatRole.Assistant, answer.Content)],
            Usage = TurnUsage.None,
            Cost = null,
            Attempts = [],
            Error = null,
            Warnings = [],
            CreatedAt = now,
            EndedAt = now,
            TimeToFirstToken = null,
        };
        var beginning = GivenTurn.Beginning(given, opened with { Head = given.Id, UpdatedAt = now }, opened) with { Submitted = await turns.SubmittedAsync(turn, cancellationToken) ?? default, IdempotencyKey = key, RequestHash = hash };
        return await turns.BeginAsync(beginning, cancellationToken) is { } same ? await RequiredAsync(same, cancellationToken) : given;
    }

    private static string HashOf(string turn, TurnAnswer answer) =>
        RequestHash.Of(Encoding.UTF8.GetBytes($"answer {turn} {answer.Conversation} {answer.Content}"));

    /// <summary>Starts a conversation that goes on from a turn of another; nothing is copied but the settings.</summary>
    /// <param name="conversation">The conversation that it leaves.</param>
    /// <param name="turn">The turn that it goes on from; null: the newest of the shown branch.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>conversation_not_found, turn_not_found</c>; <c>conversation_busy</c>: the turn still runs.</exception>
    public async Task<Conversation> ForkAsync(string conversation, string? turn, CancellationToken cancellationToken)
    {
        var source = await conversations.FindAsync(conversation, cancellationToken) ?? throw new TurnException(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{conversation}\".") { Field = "id" };
        var from = turn ?? source.Head ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{conversation}\" has no turn to go on from.") { Field = "turn" };
        var found = await ConversationTurns.FindAsync(turns, source, from, cancellationToken) ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{conversation}\" has no turn \"{from}\".") { Field = "turn" };
        if (!found.HasEnded) throw StoreErrors.Running(conversation, from);
        var now = time.GetUtcNow();
        var first = found.Parent is null ? found : await turns.FindAsync((await turns.PathIdsAsync(from, ConversationTurns.Longest, cancellationToken))[0], cancellationToken);
        var fork = source with { Id = Ids.New("conv"), Head = from, ForkedFrom = from, Beginning = first is null ? null : ConversationBeginning.Of(first), ImportedFrom = null, Pinned = false, Starred = false, Archived = false, CreatedAt = now, UpdatedAt = now };
        await conversations.AddAsync(fork, cancellationToken);
        return fork;
    }

    /// <summary>What nobody typed of a text, and stands behind the rest of it, is still not typed when the rest is edited.</summary>
    private static TextSpan[]? Typed(TurnRequest before, string content)
    {
        var rest = before.Typed is { } typed ? before.Content[(typed.Count > 0 ? typed[^1].End : 0)..] : "";
        return rest.Length > 0 && content.EndsWith(rest, StringComparison.Ordinal) ? [new(0, content.Length - rest.Length)] : null;
    }

    private static TurnRequest Changed(TurnRequest request, TurnAgain change) => request with
    {
        Conversation = change.Conversation ?? request.Conversation,
        Model = change.Model ?? request.Model,
        Parameters = Over(change.Parameters, request.Parameters),
        Chosen = (change.Model ?? request.Chosen?.Model, Over(change.Parameters, request.Chosen?.Parameters)) is var (model, parameters) && (model is not null || parameters is not null) ? new() { Model = model, Parameters = parameters } : null,
        Resources = change.Resources ?? request.Resources,
        AttachesKept = change.Resources is null,
        IdempotencyKey = change.IdempotencyKey,
        OnDisconnect = change.OnDisconnect,
    };

    private static TurnParameters? Over(TurnParameters? parameters, TurnParameters? below) => parameters?.Over(below ?? TurnParameters.None) ?? below;

    /// <summary>A request that sends what the turn sent.</summary>
    private async Task<TurnRequest> AsSentAsync(TurnRequest request, TurnAgain change, CancellationToken cancellationToken)
    {
        var old = request.Again!;
        if (change.Resources is not null || old.ImportedFrom is not null || KeyGuard.IsBound || await turns.RequestAsync(old.Id, cancellationToken) is not { } kept || Read(kept) is not { } masked) return request;
        if (old.Sealed is not null && secrets.Open(old).Count == 0) return request; // sealed with a key that is gone
        var sent = secrets.Restore(masked, old);
        return request with { Sent = sent with { Model = change.Model ?? sent.Model, Parameters = change.Parameters?.Over(sent.Parameters) ?? sent.Parameters } };
    }

    private static ModelRequest? Read(ReadOnlyMemory<byte> kept)
    {
        try
        {
            return kept.IsEmpty ? null : KeptJson.Read(kept.Span, TurnpikeJson.Relaxed.ModelRequest);
        }
        catch (JsonException)
        {
            return null; // of a turn whose content is not kept
        }
    }

    private async Task<TurnRequest> SubmittedAsync(string turn, TurnOriginKind kind, CancellationToken cancellationToken)
    {
        var old = await RequiredAsync(turn, cancellationToken);
        var request = await turns.SubmittedAsync(turn, cancellationToken) is { Length: > 0 } submitted ? KeptRequest.Read(Opened(old, submitted)) : Rebuilt(old, kind) with { History = await GivenAsync(old, cancellationToken) };
        request = request with { Conversation = old.Conversation, Again = old, AgainAs = kind, IdempotencyKey = null };
        var hadItsPlace = old.Number > 0 || old.Messages.Count > 0; // one that never left the queue had none, and is put where its request says
        return hadItsPlace ? request with { Parent = old.Parent, FromStart = old.Parent is null } : request;
    }

    /// <summary>What a turn was submitted with. What came with it cannot be made up when it was sealed with a key that is gone.</summary>
    private string Opened(Turn old, ReadOnlyMemory<byte> kept)
    {
        try
        {
            return secrets.OpenRequest(kept);
        }
        catch (TurnException gone) when (gone is { Code: TurnErrorCode.StorageUnavailable, InnerException: CryptographicException })
        {
            if (old.NeverBegan) throw new TurnException(TurnErrorCode.RequestInvalid, $"What turn \"{old.Id}\" was submitted with is lost: it never left its queue, where all of it lies sealed, and the key is not here, so the turn cannot be made again. Put the key back, or submit it as a new turn.", gone) { Field = "id" };
            throw new TurnException(TurnErrorCode.RequestInvalid, $"What turn \"{old.Id}\" was submitted with is lost: it gave variables or secrets, and was sealed with a key that is not here, so the turn cannot be made again. Put the key back, or submit its text as a new turn with its variables.", gone) { Field = "id" };
        }
    }

    /// <summary>The request of a turn whose own was not kept: one that was given or imported.</summary>
    private static TurnRequest Rebuilt(Turn old, TurnOriginKind kind) => new()
    {
        Content = old.Content,
        Triggers = old.Triggers.Count == 0 && kind != TurnOriginKind.Edit ? TriggerReading.Off : TriggerReading.On, // what no trigger was read in stays the text that it was
        Author = old.Messages.LastOrDefault(message => message.Role == ChatRole.User)?.AuthorName,
        Variables = old.Variables,
        Resources = [.. old.Messages.SelectMany(message => message.Contents).Select(MessageParts.ResourceOf).OfType<Turns.Resources.PartResource>().Where(resource => resource.Policy == ResourcePolicy.Once).DistinctBy(resource => resource.Id).Select(resource => new ResourceInput { Id = resource.Id })],
    };

    /// <summary>The messages that such a turn was asked with instead of its path; null: none.</summary>
    private async Task<IReadOnlyList<ChatMessage>?> GivenAsync(Turn old, CancellationToken cancellationToken)
    {
        if (old.History is not { } history) return null;
        var given = new List<ChatMessage>(history.Count);
        foreach (var message in history) given.Add(MessageParts.AsSent(await kept.AttachAsync(message, cancellationToken)));
        return given;
    }

    private async Task<Turn> RequiredAsync(string turn, CancellationToken cancellationToken) =>
        await turns.FindAsync(turn, cancellationToken) ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\".") { Field = "id" };
}
