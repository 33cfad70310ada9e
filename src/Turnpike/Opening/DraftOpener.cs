using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Opening;

/// <summary>Door 1: finds the prompt and the conversation that a request means and lays the layers. Keeps nothing.</summary>
public sealed class DraftOpener(PromptResolver prompts, IPromptUses uses, IConversationStore conversations, ITurnStore turns, IOpenCallStore calls, SharedLayers shared, ProjectAccess access, KeptSecrets secrets, IOptions<OpeningOptions> options, TimeProvider time)
{
    private const int Longest = 1_000_000;
    private const int FirstTurns = 32; // of a long conversation; more are read when the model's window has room
    private static readonly Dictionary<string, JsonElement> NoValues = [];

    /// <summary>Opens the draft of a request.</summary>
    /// <exception cref="TurnException"><c>request_invalid, prompt_not_found, conversation_not_found, turn_not_found, project_not_found, conversation_busy, forbidden</c>.</exception>
    public async ValueTask<TurnDraft> OpenAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        RequestRules.Check(request, options.Value);
        var trace = new TurnTrace(time);
        trace.Enter("opening");
        var now = time.GetUtcNow();
        var known = request.Conversation ?? await ExternalAsync(request, cancellationToken);
        var isNew = known is null;
        var conversation = known is null ? new() { Id = request.Begins ?? Ids.New("conv"), Variables = request.BegunWith ?? NoValues, CreatedAt = now, UpdatedAt = now } : await FindAsync(known, request.Again, cancellationToken);
        var parent = request.FromStart ? null : request.Parent ?? conversation.Head;
        var path = parent is null ? [] : await HistoryAsync(request, conversation, parent, cancellationToken);
        var between = request.Between is { Count: > 0 } given ? GivenMessages.Of(conversation.Id, parent, given, now) : null;
        IReadOnlyList<Turn> history = between is null ? path : [.. path, between];
        IReadOnlyList<Turn> shown = [.. HiddenParts.Without(history, conversation).Select(turn => secrets.Restore(turn, trace))];
        var answers = request.Answers.Count == 0 ? [] : await new AnsweredCalls(calls).OfAsync(history, request.Answers, cancellationToken);
        var prompt = await PromptAsync(request, conversation, path, trace, cancellationToken);
        request = ForeignVariables.Read(request, prompt?.Prompt);
        var home = isNew && request.Project is null && prompt is not null ? await access.HomeAsync(prompt.Prompt.Key, cancellationToken) : null;
        var (project, below, warning) = await ProjectAsync(request, conversation.Project ?? home, cancellationToken);
        var kept = OpeningLayers.Conversation(conversation);
        var agent = conversation.Agent is { } its ? new UsedPrompt((await AsKeptAsync(new(its.Prompt with { Hash = null }), cancellationToken))!, its.Variables) : null;
        var state = new DraftState
        {
            Content = request.Content,
            Request = OpeningLayers.Request(request),
            Conversation = kept,
            Kept = kept,
            Agent = agent,
            OpenedAgent = agent,
            KeptAgent = agent,
            Below = OpeningLayers.Below(prompt, request.Compose == ComposeMode.Transparent ? [.. below.Select(OpeningLayers.Transparent)] : below),
            Resources = TurnResources.Of(request, conversation, prompt, shown, TurnDraft.IsCut(shown, options.Value.HistoryTurns)),
        };
        OpeningLayers.Record(trace, state, prompt);
        if (project is not null && project != conversation.Project) trace.Record("project", conversation.Project, project, home is null ? "request" : "prompt");
        var draft = new TurnDraft(request, conversation, prompt, state, trace)
        {
            Id = request.Id ?? Ids.New("turn"),
            IsNewConversation = isNew,
            Parent = between?.Id ?? parent,
            Between = between,
            Again = request is { Sent: not null, Again: { } again } ? secrets.Restore(again, trace) : null,
            History = shown,
            MostHistory = options.Value.HistoryTurns,
            Number = await NumberAsync(path, cancellationToken) + (between is null ? 0 : 1),
            Answers = answers,
            Project = project,
            OpenedAt = now,
        };
        if (warning is not null) draft.Warn("project_not_found", warning);
        WarnOfLostKeys(draft);
        return draft;
    }

    /// <summary>The prompt that a request to a conversation means now, for a turn that waits there before it is opened; null: none, or none that is found, of which its opening will tell.</summary>
    internal async ValueTask<Prompt?> PromptOfAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var conversation = await FindAsync(request.Conversation!, request.Again, cancellationToken);
            var path = request.Parent is { } parent && parent != conversation.Head ? await turns.PathAsync(parent, FirstTurns, cancellationToken) : [];
            return (await PromptAsync(request, conversation, path, new TurnTrace(time), cancellationToken))?.Prompt;
        }
        catch (TurnException missing) when (missing.Code != TurnErrorCode.StorageUnavailable)
        {
            return null;
        }
    }

    /// <summary>What cannot be opened counts as not set, never in silence: another layer may have another value.</summary>
    private static void WarnOfLostKeys(TurnDraft draft)
    {
        var lost = draft.State.Layers.Where(layer => layer.Variables is UnreadableValues).Select(layer => layer.Name).Concat(draft.State.Agent?.Variables is UnreadableValues ? ["agent"] : []).ToList();
        if (lost.Count > 0) draft.Warn("secret_unreadable", $"The variables of {string.Join(", ", lost)} were sealed with a key that is not here; they count as not set. Put the key back, or set them again.");
    }

    private async ValueTask<int> NumberAsync(IReadOnlyList<Turn> history, CancellationToken cancellationToken) =>
        history.Count == 0 ? 1 : history[^1].Number > 0 ? history[^1].Number + 1 : history[0].Parent is null ? history.Count + 1 : (await turns.PathIdsAsync(history[^1].Id, Longest, cancellationToken)).Count + 1;

    /// <summary>The project that counts. One that was deleted since the conversation chose it stops nothing: the turn goes on without it; the conversation stays its, so that it is open to nobody to whom it was not.</summary>
    private async ValueTask<(string? Project, IReadOnlyList<SettingsLayer> Below, string? Warning)> ProjectAsync(TurnRequest request, string? its, CancellationToken cancellationToken)
    {
        var project = request.Project ?? its;
        if (await shared.ReadAsync(project, request.Organization, request.User, cancellationToken) is { } layers) return (project, layers, null);
        if (request.Project is not null) throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "project" };
        return (project, (await shared.ReadAsync(null, request.Organization, request.User, cancellationToken))!, $"Project \"{project}\" is gone; the conversation goes on without it.");
    }

    /// <summary>The conversation that the client's own id names; null when there is none yet.</summary>
    private async ValueTask<string?> ExternalAsync(TurnRequest request, CancellationToken cancellationToken) =>
        request.ExternalIds?.Conversation is { } id ? await turns.FindExternalAsync(request.Owner ?? "", ExternalKinds.Conversation, id, cancellationToken) : null;

    private async ValueTask<Conversation> FindAsync(string id, Turn? again, CancellationToken cancellationToken) =>
        await conversations.FindAsync(id, cancellationToken) is { Closed: false } conversation ? conversation : throw new TurnException(TurnErrorCode.ConversationNotFound, Missing(id, again)) { Field = "conversation" };

    private static string Missing(string conversation, Turn? again) => again?.Conversation == conversation ? $"The conversation \"{conversation}\" of turn \"{again.Id}\" is deleted. Name a fork that has the turn as \"conversation\"."
        : $"There is no conversation \"{conversation}\". Leave \"conversation\" out to start a new one.";

    private async ValueTask<IReadOnlyList<Turn>> HistoryAsync(TurnRequest request, Conversation conversation, string parent, CancellationToken cancellationToken)
    {
        var path = await turns.PathAsync(parent, Math.Min(FirstTurns, options.Value.HistoryTurns), cancellationToken);
        if (path.Count == 0 || !await ConversationTurns.HasAsync(turns, conversation, path[^1], cancellationToken))
            throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{conversation.Id}\" has no turn \"{parent}\".") { Field = request.Parent is null ? "conversation" : "parent" };
        if (!path[^1].HasEnded)
            throw new TurnException(TurnErrorCode.ConversationBusy, $"Turn \"{parent}\" of this branch is still running. Wait for its end, cancel it, or name another \"parent\".") { RetryAfter = TimeSpan.FromSeconds(1) };
        return path;
    }

    /// <summary>The conversation stays with the prompt it is pinned to, unless the request names another one or an explicit version.</summary>
    private async ValueTask<ResolvedPrompt?> PromptAsync(TurnRequest request, Conversation conversation, IReadOnlyList<Turn> path, TurnTrace trace, CancellationToken cancellationToken)
    {
        var pinned = await PinnedAsync(request, conversation, path, cancellationToken);
        var isPinned = request.Prompt is null || (pinned is not null && request.Prompt is { Inline: null, Version: null, Overlay: null } && (request.Prompt.Id == pinned.Prompt.Key || request.Prompt.Id == pinned.Prompt.Id));
        if (isPinned || request.Prompt is not { } asked) return await AsKeptAsync(pinned, cancellationToken);
        var prompt = await NamedAsync(asked, request.Again, pinned, cancellationToken);
        if (pinned is not null && pinned.Hash != prompt.Hash) trace.Record("prompt", pinned.Name, prompt.Name, "request");
        return prompt;
    }

    /// <summary>What a request names. What its name finds no more, for the prompt is archived or its label gone, is still what the turn ran that is done again, and the very version that the conversation is pinned to.</summary>
    private async ValueTask<ResolvedPrompt> NamedAsync(PromptReference asked, Turn? again, ResolvedPrompt? pinned, CancellationToken cancellationToken)
    {
        try
        {
            return await prompts.ResolveAsync(asked, cancellationToken);
        }
        catch (TurnException missing) when (missing.Code == TurnErrorCode.PromptNotFound)
        {
            if (await AsKeptAsync(again is { Prompt.Key: not null } ? await RanAsync(again, cancellationToken) : again is null && await IsPinnedAsync(asked, pinned, cancellationToken) ? pinned : null, cancellationToken) is { } kept) return kept;
            throw;
        }
    }

    private async ValueTask<bool> IsPinnedAsync(PromptReference asked, ResolvedPrompt? pinned, CancellationToken cancellationToken) =>
        asked is { Version: { } version, Overlay: null } && pinned?.Prompt is { Version: { } number } its && (asked.Id == its.Key || asked.Id == its.Id)
        && version == number.ToString(CultureInfo.InvariantCulture) && await prompts.CountsOursAsync(asked.Id!, cancellationToken) && await prompts.IsKeptAsync(its, cancellationToken);

    private async ValueTask<ResolvedPrompt?> RanAsync(Turn turn, CancellationToken cancellationToken) => await uses.PromptOfAsync(turn.Id, cancellationToken) is { } ran ? new(ran) : null;

    /// <summary>
    /// What a branch is pinned to: the conversation's prompt where its newest turn is gone on from, elsewhere that of the turn, for another branch may have named another one since. Turns done again have the
    /// settings of today.
    /// </summary>
    private async ValueTask<ResolvedPrompt?> PinnedAsync(TurnRequest request, Conversation conversation, IReadOnlyList<Turn> path, CancellationToken cancellationToken)
    {
        var pinned = conversation.Prompt is { } kept ? new ResolvedPrompt(kept) : null;
        if (request.Again is { } again && pinned is not null && PinsAgain(request, again, pinned)) return again.Prompt is not { } before ? null : await prompts.FindAsync(before, cancellationToken) ?? pinned;
        if (request.Again is not null || request.Parent is null || request.Parent == conversation.Head || path.LastOrDefault(turn => !turn.Given && turn.ImportedFrom is null) is not { } last) return pinned;
        return last.Prompt is not { } used ? null : used.Hash == pinned?.Hash ? pinned : await prompts.FindAsync(used, cancellationToken) ?? await RanAsync(last, cancellationToken) ?? pinned;
    }

    /// <summary>Whether a turn that is made again pinned its conversation to the prompt that it used in the place of its text, and will again: the turn itself had another one, or none.</summary>
    private static bool PinsAgain(TurnRequest request, Turn again, ResolvedPrompt pinned)
    {
        if (again.Used?.Hash != pinned.Hash || again.Prompt?.Hash == pinned.Hash) return false;
        return again.Triggers.Any(trigger => trigger is { Trigger: "prompt.use", Outcome: "applied", Sticky: true } && (request.AgainAs != TurnOriginKind.Edit || IsIn(request.Content, trigger.Span)));

        bool IsIn(string text, TextSpan span) => span.End <= again.Content.Length && text.Contains(again.Content[span.Start..span.End], StringComparison.Ordinal);
    }

    /// <summary>What a conversation is pinned to may have come with an overlay or an import; a key that runs only stored prompts runs it only if it is one.</summary>
    /// <exception cref="TurnException"><c>forbidden</c>.</exception>
    private async ValueTask<ResolvedPrompt?> AsKeptAsync(ResolvedPrompt? pinned, CancellationToken cancellationToken) =>
        pinned is null || !KeyGuard.IsBound || await prompts.IsKeptAsync(pinned.Prompt, cancellationToken) ? pinned : throw KeyGuard.Refused("conversation");
}
