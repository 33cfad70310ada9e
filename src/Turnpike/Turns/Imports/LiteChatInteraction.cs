using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Imports;

/// <summary>One interaction of a LiteChat export on its way to a turn.</summary>
internal sealed class LiteChatInteraction
{
    private const long LongestAnswer = 30L * 24 * 60 * 60 * 1000; // milliseconds; beyond it is no time that an answer took
    private readonly ImportMembers _members;
    private readonly ImportMembers _prompt;
    private readonly string _type;
    private readonly string? _status;
    private readonly string _source;
    private readonly DateTimeOffset? _endedAt;

    public LiteChatInteraction(ImportMembers members, ImportItemNotes notes, string source)
    {
        (_members, Notes, _source) = (members, notes, source);
        Id = members.Text("id") ?? "";
        ParentId = members.Text("parentId");
        Index = members.Number("index") ?? long.MaxValue;
        StartedAt = members.Time("startedAt");
        _endedAt = members.Time("endedAt");
        _type = members.Text("type") ?? "";
        _status = members.Text("status");
        members.Get("conversationId");
        Metadata = members.Object("metadata");
        _prompt = members.Object("prompt");
    }

    public string Id { get; }
    public string? ParentId { get; }
    public long Index { get; }
    public DateTimeOffset? StartedAt { get; }
    public ImportItemNotes Notes { get; }
    public ImportMembers Metadata { get; }
    public LiteChatInteraction? Main { get; set; }
    public Turn? Turn { get; set; }
    public bool IsShown => Main is null;
    public bool IsSummary => Id.Length > 0 && _type == "conversation.compact" && _status is "COMPLETED" or "WARNING" && Response.Trim().Length > 0;
    public string Response => _members.Get("response") is { ValueKind: System.Text.Json.JsonValueKind.String } text ? text.GetString()! : "";
    public bool IsTurn => Id.Length > 0 && _type is "message.user_assistant" or "message.assistant_regen";

    /// <summary>Whether it says itself what was asked; an answer that was made again shares the question of another.</summary>
    public bool HasQuestion => _prompt.Get("content") is not null;

    /// <summary>What it used beside the turns of its conversation; null: it does not say.</summary>
    public SideCall? UsageOnly(Conversation conversation, IReadOnlyDictionary<string, string> providers)
    {
        if (Id.Length == 0)
        {
            Notes.Skip("it has no id");
            return null;
        }
        if (ImportedUsage.Of(Metadata, Notes) is { } used)
        {
            Notes.Id = ImportIds.Of("side", _source, conversation.ImportedFrom!, Id);
            Notes.Changed($"kept as usage only: it is of type \"{_type}\", which is no turn of the conversation; it used {used.InputTokens} input and {used.OutputTokens} output tokens");
            return Call(Notes.Id, used, conversation, providers);
        }
        Notes.Skip($"it is of type \"{_type}\", which is no turn of the conversation, and tells no tokens");
        return null;
    }

    /// <summary>What it used, as a call beside the road.</summary>
    public SideCall Call(string id, TurnUsage used, Conversation conversation, IReadOnlyDictionary<string, string> providers) => new()
    {
        Id = id,
        Kind = _type switch { "conversation.title_generation" => "title", "conversation.compact" => "summary", "rules.auto_selection" => "rules", _ => "other" },
        Model = ModelOf(this, providers),
        Usage = used,
        Milliseconds = Metadata.Number("generationTime") is > 0 and < LongestAnswer and var took ? took : 0,
        CreatedAt = StartedAt ?? conversation.CreatedAt,
    };

    /// <summary>Makes the turn.</summary>
    /// <param name="conversation">Its conversation.</param>
    /// <param name="parent">The turn that it answers to.</param>
    /// <param name="asked">The interaction that has its question.</param>
    /// <param name="providers">The types of providers by the ids of their configurations.</param>
    public Turn Make(Conversation conversation, string? parent, LiteChatInteraction asked, IReadOnlyDictionary<string, string> providers)
    {
        Notes.Id = ImportIds.Of("turn", _source, conversation.ImportedFrom!, Id);
        if (_members.Number("rating") is { } rating and not 0) Notes.Changed($"not kept: rating {rating}");
        var question = new LiteChatQuestion(asked._prompt, Notes, Notes.Id);
        var answer = new LiteChatAnswer(_members.Get("response"), Metadata, Notes);
        var status = Status();
        var error = status == TurnStatus.Failed ? new TurnFailure("provider_error", Metadata.Text("error") ?? "It failed in the system that it comes from.", false) : null;
        var (created, ended) = Times(conversation);
        var (model, used, firstToken) = (ModelOf(asked, providers), ImportedUsage.Of(Metadata, Notes), Metadata.Number("timeToFirstToken"));
        _members.NoteUnread(Notes);
        return new()
        {
            Id = Notes.Id,
            Conversation = conversation.Id,
            Parent = parent,
            ImportedFrom = Id,
            Status = status,
            Content = question.Content,
            CleanedContent = question.Content,
            Answer = answer.Text,
            Messages = [question.Message, .. answer.Messages],
            Usage = used ?? ImportedUsage.Estimated([question.Message], answer.Messages),
            Attempts = used is null ? [] : [new() { Step = 1, Attempt = 1, Model = model, Status = status, Usage = used, Error = error, Milliseconds = (ended - created).TotalMilliseconds, TimeToFirstToken = firstToken }],
            Model = model,
            Parameters = question.Parameters,
            Tools = question.Tools,
            Warnings = _status == "WARNING" ? [new("imported_warning", Metadata.Text("warning") ?? Metadata.Text("error") ?? "The system that it comes from marked it with a warning.")] : [],
            Error = error,
            CreatedAt = created,
            EndedAt = ended,
            TimeToFirstToken = firstToken,
        };
    }

    private string ModelOf(LiteChatInteraction asked, IReadOnlyDictionary<string, string> providers) =>
        (Metadata.Text("modelId") ?? asked._prompt.Object("metadata").Text("modelId")) is { } model ? LiteChatConversation.Model(model, providers) : "imported/unknown";

    private (DateTimeOffset Created, DateTimeOffset Ended) Times(Conversation conversation)
    {
        var created = StartedAt ?? conversation.CreatedAt;
        if (_endedAt >= created) return (created, _endedAt.Value);
        if (_members.Get("endedAt") is { } said) Notes.Changed($"not kept: endedAt {said.GetRawText()} is no time after its start");
        return (created, Metadata.Number("generationTime") is > 0 and < LongestAnswer and var took && took <= (DateTimeOffset.MaxValue - created).TotalMilliseconds ? created.AddMilliseconds(took) : created);
    }

    private TurnStatus Status()
    {
        Metadata.Get("totalTokens");
        Metadata.Get("generationTime");
        switch (_status)
        {
            case "COMPLETED" or "WARNING": return TurnStatus.Completed;
            case "ERROR": return TurnStatus.Failed;
            case "CANCELLED": return TurnStatus.Cancelled;
            case "STREAMING" or "PENDING" or "PAUSED" or "AWAITING_INPUT":
                Notes.Changed($"its status {_status} is interrupted here");
                return TurnStatus.Interrupted;
            default:
                Notes.Changed($"its status \"{_status}\" is not known; it counts as completed");
                return TurnStatus.Completed;
        }
    }
}
