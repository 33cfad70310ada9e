using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>What is kept of a prepared turn before the model is asked.</summary>
internal static class BegunTurn
{
    public static Turn Of(PreparedTurn prepared, IReadOnlyList<ChatMessage> added, IReadOnlyList<ChatMessage>? given, string? sealedSecrets, DateTimeOffset now)
    {
        var (draft, secrets) = (prepared.Draft, prepared.Draft.Trace.Secrets);
        return new()
        {
            Id = draft.Id,
            Conversation = draft.Conversation.Id,
            Parent = draft.Parent,
            Number = draft.Number,
            Origin = draft.Request.Again is { } again ? new(again.Id, draft.Request.AgainAs) : null,
            Status = TurnStatus.Running,
            Content = MaskedText.Hide(draft.Request.Content, secrets, out _),
            CleanedContent = SecretText.Hide(draft.Content, secrets),
            History = given,
            Messages = added,
            Model = prepared.Model.Id,
            Prompt = PromptOf(prepared),
            Used = Ran(draft.State.Used?.Prompt),
            Parameters = prepared.Request.Parameters,
            Variables = draft.Again?.Variables ?? Variables(prepared),
            Tools = [.. prepared.Tools.All.Select(tool => tool.Name)],
            Rules = prepared.Rules,
            Agent = Ran(draft.State.Agent?.Prompt),
            Triggers = Triggers(draft),
            Warnings = Warnings(prepared),
            Sealed = sealedSecrets,
            Store = draft.Store,
            CreatedAt = now,
        };
    }

    private static TurnPrompt? Ran(ResolvedPrompt? prompt) => prompt is null ? null : new(prompt.Prompt.Key.Length == 0 ? null : prompt.Prompt.Key, prompt.Prompt.Version, prompt.Hash);

    public static TurnStarted Event(PreparedTurn prepared) => new()
    {
        Parent = prepared.Draft.Parent,
        Model = prepared.Model.Id,
        PromptKey = PromptOf(prepared)?.Key,
        PromptVersion = PromptOf(prepared)?.Version,
        PromptHash = PromptOf(prepared)?.Hash,
        Parameters = prepared.Request.Parameters,
        Tools = [.. prepared.Tools.All.Select(tool => tool.Name)],
        Triggers = Triggers(prepared.Draft),
        Face = prepared.Draft.Request.Face,
        Forgets = prepared.Draft.Store == false,
        Queued = prepared.Draft.Request.Id is not null,
    };

    /// <summary>The prompt that made the messages: of a request that is sent once more, that of then.</summary>
    private static TurnPrompt? PromptOf(PreparedTurn prepared) => prepared.Draft.Again is { } again ? again.Prompt
        : Ran(prepared.Prompt);

    /// <summary>The triggers of the typed text, where they stand in the text that is kept.</summary>
    private static IReadOnlyList<TriggerRecord> Triggers(TurnDraft draft)
    {
        if (draft.Trace.Secrets is not { Count: > 0 } secrets) return draft.Triggers;
        var kept = new MaskedSpans(draft.Request.Content, secrets);
        return [.. TriggerRecord.Hidden(draft.Triggers, secrets).Select(record => record with { Span = kept.Of(record.Span) })];
    }

    private static IReadOnlyList<TurnWarning> Warnings(PreparedTurn prepared)
    {
        if (prepared.Draft.Trace.Secrets is not { Count: > 0 } secrets) return prepared.Warnings;
        var kept = new MaskedSpans(prepared.Draft.Request.Content, secrets);
        return [.. TurnWarning.Hidden(prepared.Warnings, secrets).Select(warning => warning.Span is { } span ? warning with { Span = kept.Of(span) } : warning)];
    }

    /// <summary>The ids that the client made, for what is begun.</summary>
    public static IReadOnlyList<ExternalId> ExternalIds(PreparedTurn prepared)
    {
        if (prepared.Draft.Request.ExternalIds is not { } ids) return [];
        var owner = prepared.Draft.Request.Owner ?? "";
        return
        [
            .. ids.Conversation is { } conversation ? [new(owner, ExternalKinds.Conversation, conversation, prepared.Draft.Conversation.Id)] : (ExternalId[])[],
            .. ids.UserMessage is { } message ? [new(owner, ExternalKinds.UserMessage, ExternalId.OfMessage(prepared.Draft.Conversation.Id, message), prepared.Draft.Id)] : (ExternalId[])[],
            .. ids.Run is { } run ? [new(owner, ExternalKinds.Run, run, prepared.Draft.Id)] : (ExternalId[])[],
        ];
    }

    /// <summary>The conversation from now on: pinned to the turn's prompt, with what sticky triggers set, its head on the turn.</summary>
    public static Conversation Conversation(PreparedTurn prepared, Turn begun)
    {
        var draft = prepared.Draft;
        var (conversation, prompt) = (WithSettings(draft.Conversation, draft), draft.State.KeptPrompt ?? prepared.Prompt);
        var starts = draft.IsNewConversation || (prompt is not null && SentTurns.IsNew(draft, prompt));
        if (starts && draft.Store != false && draft.Request.Variables.Count > 0) conversation = conversation with { Variables = WithRequests(conversation.Variables, draft) };
        conversation = ConversationBeginning.Moved(conversation, prepared.Home ?? conversation.Project);
        return conversation with { Prompt = Pinned(prompt), Head = begun.Id, TimeZone = (draft.Store == false ? null : draft.Request.TimeZone) ?? conversation.TimeZone, Beginning = ConversationBeginning.Joined(conversation, begun), Resources = Resources(prepared), UpdatedAt = begun.CreatedAt };
    }

    /// <summary>
    /// The conversation's variables with those of the request that starts it, or starts its prompt, so that later requests need not repeat them; those of a turn that is not kept go with it. What a sticky trigger set
    /// in the same turn stays, and when a turn is made again, what the conversation has by now.
    /// </summary>
    private static Dictionary<string, JsonElement> WithRequests(IReadOnlyDictionary<string, JsonElement> kept, TurnDraft draft)
    {
        var joined = new Dictionary<string, JsonElement>(kept);
        foreach (var (name, value) in draft.Request.Variables)
        {
            var isSet = kept.TryGetValue(name, out var now) && (draft.Request.Again is not null || !(draft.Conversation.Variables.TryGetValue(name, out var before) && ForeignJson.AreSame(now, before)));
            if (!isSet) joined[name] = value;
        }
        return joined;
    }

    /// <summary>What is attached to the conversation from now on: what went with this turn is part of its message, what stays is as it was loaded. A turn of ours sends nothing, so all of it waits for the next.</summary>
    private static IReadOnlyList<Resource> Resources(PreparedTurn prepared)
    {
        var (draft, opened) = (prepared.Draft, prepared.Draft.Conversation.Resources);
        if (draft.Again is not null) return SentAgain(prepared);
        bool Goes(Resource resource) => resource.Policy == ResourcePolicy.Once && !SentTurns.IsOurs(draft);
        if (opened.Count == 0 && prepared.Resources.All(read => Goes(read.Resource))) return opened;
        var read = prepared.Resources.ToDictionary(one => one.Resource.Id, one => one.Resource);
        return
        [
            .. opened.Where(resource => !draft.State.Dropped.Contains(resource.Id) && !(read.TryGetValue(resource.Id, out var used) && Goes(used)))
                .Select(resource => read.GetValueOrDefault(resource.Id, resource)),
            .. read.Values.Where(resource => !Goes(resource) && opened.All(other => other.Id != resource.Id)),
        ];
    }

    /// <summary>What stays attached where a turn sends once more what another one sent: that stands in its message already.</summary>
    private static IReadOnlyList<Resource> SentAgain(PreparedTurn prepared)
    {
        var sent = prepared.Added.SelectMany(message => message.Contents).Select(part => MessageParts.ResourceOf(part)?.Id).ToHashSet(StringComparer.Ordinal);
        return [.. prepared.Draft.Conversation.Resources.Where(resource => !prepared.Draft.State.Dropped.Contains(resource.Id) && !(resource.Policy == ResourcePolicy.Once && sent.Contains(resource.Id)))];
    }

    /// <summary>What was attached to a conversation for one turn, and went with this one.</summary>
    /// <param name="draft">The turn's draft.</param>
    /// <param name="after">The conversation from now on.</param>
    public static IReadOnlyList<Resource> Went(TurnDraft draft, Conversation after) =>
        [.. draft.Conversation.Resources.Where(resource => resource.Policy == ResourcePolicy.Once && !draft.State.Dropped.Contains(resource.Id) && after.Resources.All(other => other.Id != resource.Id))];

    /// <summary>The prompt with its hash, so that later turns need not compute it.</summary>
    private static Prompt? Pinned(ResolvedPrompt? prompt) => prompt is null or { Prompt.Hash: not null } ? prompt?.Prompt : PromptHash.Marked(prompt.Prompt);

    /// <summary>Whether sticky triggers of a draft set anything for its conversation.</summary>
    public static bool HasSettings(DraftState state) =>
        !ReferenceEquals(state.Kept, state.Conversation) || !ReferenceEquals(state.KeptAgent, state.OpenedAgent) || state.KeptPrompt is not null || state.Dropped.Count > 0 || state.Title is not null;

    /// <summary>A conversation with what a draft's sticky triggers set.</summary>
    public static Conversation WithSettings(Conversation conversation, TurnDraft draft)
    {
        var kept = draft.State.Kept;
        return conversation with
        {
            Title = draft.State.Title ?? conversation.Title,
            Prompt = draft.State.KeptPrompt is { } prompt ? Pinned(prompt) : conversation.Prompt,
            Resources = draft.State.Dropped.Count == 0 ? conversation.Resources : [.. conversation.Resources.Where(resource => !draft.State.Dropped.Contains(resource.Id))],
            Model = kept.Model,
            Parameters = kept.Parameters == TurnParameters.None ? null : kept.Parameters,
            Tools = kept.Tools,
            Rules = kept.Rules,
            Project = draft.Project,
            Variables = kept.Variables,
            System = kept.System is { } system ? new(system.Text, system.Replace ? ProjectSystemMode.Replace : ProjectSystemMode.Append) : null,
            Agent = ReferenceEquals(draft.State.KeptAgent, draft.State.OpenedAgent) ? conversation.Agent : draft.State.KeptAgent is { } agent ? new(Pinned(agent.Prompt)!, agent.Variables) : null,
        };
    }

    private static Dictionary<string, JsonElement> Variables(PreparedTurn prepared)
    {
        var state = prepared.Draft.State;
        var values = new Dictionary<string, JsonElement>(state.Request.Variables);
        foreach (var (name, value) in state.Top.Variables) values[name] = value;
        ResolvedPrompt?[] others = [state.Used?.Prompt, state.Agent?.Prompt];
        foreach (var name in prepared.Variables.Secrets.Concat(others.SelectMany(other => other?.Prompt.Variables ?? []).Where(definition => definition.Secret).Select(definition => definition.Name)))
        {
            if (values.ContainsKey(name)) values[name] = SecretText.Masked;
        }
        return values;
    }
}
