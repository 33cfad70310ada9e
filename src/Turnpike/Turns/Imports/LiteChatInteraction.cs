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

    public void NoteUsageOnly()
    {
        var (input, output) = (Metadata.Number("promptTokens", "inputTokens"), Metadata.Number("completionTokens", "outputTokens"));
        Notes.Skip(Id.Length == 0 ? "it has no id" : $"it is of type \"{_type}\", which is no turn of the conversation{(input is null && output is null ? "" : $"; it used {input ?? 0} input and {output ?? 0} output tokens")}");
    }

    /// <summary>Makes the turn.</summary>
    public Turn Make(Conversation conversation, string? parent, LiteChatInteraction? beside, IReadOnlyDictionary<string, string> providers)
    {
        Notes.Id = ImportIds.Of("turn", _source, Id);
        if (_members.Number("rating") is { } rating and not 0) Notes.Changed($"not kept: rating {rating}");
        var asked = _prompt.Get("content") is null && beside is not null ? beside : this; // an answer that was made again shares its question
        var question = new LiteChatQuestion(asked._prompt, Notes, Notes.Id);
        var answer = new LiteChatAnswer(_members.Get("response"), Metadata, Notes);
        var status = Status();
        var created = StartedAt ?? conversation.CreatedAt;
        var model = Metadata.Text("modelId") ?? asked._prompt.Object("metadata").Text("modelId");
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
            Usage = new TurnUsage() { InputTokens = Metadata.Number("promptTokens", "inputTokens") ?? 0, OutputTokens = Metadata.Number("completionTokens", "outputTokens") ?? 0 } is var usage && (usage.InputTokens | usage.OutputTokens) == 0 ? Total() : usage,
            Model = model is null ? "imported/unknown" : LiteChatConversation.Model(model, providers),
            Parameters = question.Parameters,
            Tools = question.Tools,
            Warnings = _status == "WARNING" ? [new("imported_warning", Metadata.Text("warning") ?? Metadata.Text("error") ?? "The system that it comes from marked it with a warning.")] : [],
            Error = status == TurnStatus.Failed ? new("provider_error", Metadata.Text("error") ?? "It failed in the system that it comes from.", false) : null,
            CreatedAt = created,
            EndedAt = _endedAt ?? (Metadata.Number("generationTime") is > 0 and < LongestAnswer and var took ? created.AddMilliseconds(took) : created),
            TimeToFirstToken = Metadata.Number("timeToFirstToken"),
        };
    }

    private TurnUsage Total()
    {
        if (Metadata.Number("totalTokens") is not { } total) return TurnUsage.None;
        Notes.Changed($"its {total} tokens are not told apart; they count as input");
        return new() { InputTokens = total };
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
