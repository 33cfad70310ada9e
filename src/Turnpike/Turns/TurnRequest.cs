using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>A turn as it was submitted: the first of its five shapes. Triggers are still in the text.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TurnRequest
{
    /// <summary>The prompt: by name, by name with an overlay, or an object that was never saved. Null: the conversation's own, or none.</summary>
    public PromptReference? Prompt { get; init; }
    /// <summary>The conversation to continue; null: a new one.</summary>
    public string? Conversation { get; init; }
    /// <summary>The turn to answer to; null: the newest of the conversation's shown branch.</summary>
    public string? Parent { get; init; }
    /// <summary>What the person typed.</summary>
    public string Content { get; init => field = value ?? ""; } = "";
    /// <summary>The values that a new conversation is begun with: they are the conversation's, not the turn's. A request that goes on with a conversation gives none. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement>? BegunWith { get; init; }
    /// <summary>Values for the prompt's variables.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init => field = Given(value); } = new Dictionary<string, JsonElement>();
    /// <summary>What is attached for the model to read.</summary>
    public IReadOnlyList<ResourceInput> Resources { get; init => field = value ?? []; } = [];
    /// <summary>Whether its resources are those that somebody kept who might attach them: files of the workspace among them are read, whatever the scopes of the key are.</summary>
    [JsonIgnore]
    internal bool AttachesKept { get; init; }
    /// <summary>Names or globs of tools to offer beside those of the layers below: what <see cref="ToolSelection"/> adds.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Tools { get => ToolSelection.Add; init => ToolSelection = ToolSelection with { Add = value }; }
    /// <summary>How it changes the set of tools of the layers below, by names or globs. In JSON <c>tools</c>: a list adds; <c>{only?, add?, remove?}</c>, of which <c>"only": []</c> means none.</summary>
    [JsonPropertyName("tools")]
    [JsonConverter(typeof(AddedNamesConverter))]
    public NameSelection ToolSelection { get; init => field = value ?? NameSelection.None; } = NameSelection.None;
    /// <summary>Ids or names of rules to apply beside those of the layers below; <c>tag:name</c> stands for a tag's rules.</summary>
    public IReadOnlyList<string> Rules { get; init => field = value ?? []; } = [];
    /// <summary>The project whose settings count; null: the conversation's, and for a new one that of its prompt.</summary>
    public string? Project { get; init; }
    /// <summary>The model; null: the layers below decide.</summary>
    public string? Model { get; init; }
    /// <summary>How the model is asked.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>The same key and body gives the first turn again, not a second one; at most 200 characters, no control characters.</summary>
    public string? IdempotencyKey { get; init; }
    /// <summary>What becomes of the turn when its client leaves; null: the prompt decides, else it goes on.</summary>
    public OnDisconnect? OnDisconnect { get; init; }
    /// <summary>Messages that the caller gives, used instead of the conversation's path and kept with the turn; null: the path.</summary>
    public IReadOnlyList<ChatMessage>? History { get; init; }
    /// <summary>Messages that stand between the turn it answers to, or the beginning, and what was typed: they are kept in the conversation as a given turn, in one step with this one. Faces set it; a native request cannot.</summary>
    [JsonIgnore]
    public IReadOnlyList<ChatMessage>? Between { get; init; }
    /// <summary>What the face that gives <see cref="Between"/> says again when it shows them; null: nothing.</summary>
    [JsonIgnore]
    public JsonElement? BetweenFace { get; init; }
    /// <summary>SHA-256 of what the client sent, where the request also follows from what was there when it was read; null: the request itself tells it. It is what an <see cref="IdempotencyKey"/> is held against. Faces set it; a native request cannot.</summary>
    [JsonIgnore]
    public string? SentHash { get; init; }
    /// <summary>System text of this turn only; null: the layers below decide.</summary>
    public RequestedSystem? System { get; init; }
    /// <summary>Ids that the client made; null: it made none. They are looked up among those of the same owner only.</summary>
    public ExternalIds? ExternalIds { get; init; }
    /// <summary>How much of the layers below the request is used.</summary>
    public ComposeMode Compose { get; init; }
    /// <summary>False: the turn's content goes when it has ended; its usage stays. Null: the prompt decides, else it stays.</summary>
    public bool? Store { get; init; }
    /// <summary>Whether an answer that broke off after its first token is begun anew, and what had come of it forgotten. Null: the prompt decides, else the options.</summary>
    public bool? Restart { get; init; }
    /// <summary>Whether the turn waits when another one of its branch runs, instead of being refused as <c>conversation_busy</c>.</summary>
    public bool Queue { get; init; }
    /// <summary>Results and approvals for calls that the parent turn left open; all of them at once.</summary>
    public IReadOnlyList<CallAnswer> Answers { get; init => field = value ?? []; } = [];
    /// <summary>Tools that whoever submits the turn executes.</summary>
    public IReadOnlyList<ClientTool> ClientTools { get; init => field = value ?? []; } = [];
    /// <summary>Of the tools that all layers chose, only those that one of these names or globs means are offered; null: all. Faces set it; a native request cannot.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? OnlyTools { get; init; }
    /// <summary>What becomes of the turn when tool calls wait for somebody outside.</summary>
    public OnWait OnWait { get; init; }
    /// <summary>What becomes of calls that need an approval where nobody can be asked: <c>deny</c> or <c>allow</c>. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public ToolDecision OnAsk { get; init; } = ToolDecision.Ask;
    /// <summary>Whether its tools may ask whoever submits it for input, where it waits and approvals can be asked. Where not, nobody executes the client's tools that a prompt describes either, and their calls are refused. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public bool AsksInput { get; init; } = true;
    /// <summary>Whether its tools may ask for input.</summary>
    [JsonIgnore]
    internal bool MayAskInput => AsksInput && OnWait == OnWait.Wait && OnAsk == ToolDecision.Ask;
    /// <summary>Whether somebody executes a tool of the client: one that it brings itself, or where it can be asked or is handed the calls, any.</summary>
    internal bool Executes(string tool) => MayAskInput || OnWait == OnWait.HandOver || ClientTools.Any(own => own.Name.Equals(tool, StringComparison.OrdinalIgnoreCase));
    /// <summary>How long its calls wait for somebody outside; null: as the options say. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public TimeSpan? AnswerWithin { get; init; }
    /// <summary>Approvals by tool name or glob that can only be stricter than what the layers say. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, ToolDecision> Approval { get; init => field = value ?? new Dictionary<string, ToolDecision>(); } = new Dictionary<string, ToolDecision>();
    /// <summary>IANA name of the person's time zone, for dates that are computed; null: that of the conversation's latest request that named one, at first UTC.</summary>
    public string? TimeZone { get; init; }
    /// <summary>The turn's id, where it was given before the turn is made ready.</summary>
    [JsonIgnore]
    internal string? Id { get; init; }
    /// <summary>The id of the conversation that it begins, where it is only tried once more; null: a new one.</summary>
    [JsonIgnore]
    internal string? Begins { get; init; }
    /// <summary>Whether the turn is refused (<c>context_length_exceeded</c>) rather than sent without the oldest history. Faces set it; a native request cannot.</summary>
    [JsonIgnore]
    public bool WholeHistory { get; init; }
    /// <summary>Whether it begins a branch at the conversation's start, so that no <see cref="Parent"/> means none. Branching sets it; a request's body cannot.</summary>
    [JsonIgnore]
    public bool FromStart { get; init; }
    /// <summary>The turn that is done again, whose resources can be referred to. Branching sets it; a request's body cannot.</summary>
    [JsonIgnore]
    public Turn? Again { get; init; }
    /// <summary>The model and the parameters that whoever has the turn done again names: a later choice than the triggers of its text, so it stands above them. Branching sets it; a request's body cannot.</summary>
    [JsonIgnore]
    internal TurnAgain? Chosen { get; init; }
    /// <summary>What <see cref="Again"/> sent, to be sent once more; null: the request is made as the settings are now. Branching sets it.</summary>
    internal ModelRequest? Sent { get; init; }
    /// <summary>What is done with <see cref="Again"/>.</summary>
    [JsonIgnore]
    public TurnOriginKind AgainAs { get; init; }
    /// <summary>Who asks: the layer <c>user</c> has this id's variables. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public string? User { get; init; }
    /// <summary>For whom the user asks: the layer <c>organization</c> has this id's variables. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public string? Organization { get; init; }
    /// <summary>Whose external ids these are: the key that asks. Hosts set it; a request's body cannot.</summary>
    [JsonIgnore]
    public string? Owner { get; init; }
    /// <summary>The name of who typed, told to the model beside the text where its provider takes names; null: none.</summary>
    public string? Author { get; init; }
    /// <summary>Whether triggers in the text are read. A prompt or a key that says <c>off</c> wins over it, a prompt that says <c>on</c> wins over <c>prompt</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TriggerReading Triggers { get; init; }
    /// <summary>
    /// The stretches of <see cref="Content"/> that a person typed, in order and apart from each other, in UTF-16 units: each is read for triggers by itself, and what stands between them and behind the last,
    /// such as a document that was piped in, is not read. Null: all of it was typed, and is read as one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TextSpan>? Typed { get; init; }
    /// <summary>What the face that submits the turn will say again when it shows it. Faces set it; it goes into <c>turn.started</c> as it is.</summary>
    [JsonIgnore]
    public JsonElement? Face { get; init; }

    /// <summary>The values that are any: a default <see cref="JsonElement"/> counts as not given.</summary>
    private static IReadOnlyDictionary<string, JsonElement> Given(IReadOnlyDictionary<string, JsonElement>? values) => values is null ? new Dictionary<string, JsonElement>()
        : !values.Values.Any(value => value.ValueKind == JsonValueKind.Undefined) ? values
        : values.Where(given => given.Value.ValueKind != JsonValueKind.Undefined).ToDictionary(given => given.Key, given => given.Value, StringComparer.Ordinal);
}

/// <summary>Whether triggers are read in a turn's text.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TriggerReading>))]
public enum TriggerReading
{
    /// <summary>They are.</summary>
    [JsonStringEnumMemberName("on")] On,
    /// <summary>They are not, unless the prompt asks for them.</summary>
    [JsonStringEnumMemberName("prompt")] FaceOff,
    /// <summary>They are not, whatever the prompt says.</summary>
    [JsonStringEnumMemberName("off")] Off,
}

/// <summary>System text that a request brings.</summary>
/// <param name="Text">The text, as it is: not a template.</param>
/// <param name="Mode">How it joins the layers below.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RequestedSystem(string Text, SystemMode Mode = SystemMode.Append);

/// <summary>How system text joins what is below it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SystemMode>))]
public enum SystemMode
{
    /// <summary>It stands behind it, after a blank line.</summary>
    [JsonStringEnumMemberName("append")] Append,
    /// <summary>It stands instead of it.</summary>
    [JsonStringEnumMemberName("replace")] Replace,
}

/// <summary>Ids that a client made itself; each 1 to 200 characters, no control characters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ExternalIds
{
    /// <summary>The conversation's: an unknown one starts a conversation that is found by it from then on.</summary>
    public string? Conversation { get; init; }
    /// <summary>The user message's: the turn is found by it within its conversation.</summary>
    public string? UserMessage { get; init; }
    /// <summary>The run's: the turn is found by it.</summary>
    public string? Run { get; init; }
}

/// <summary>How much of the layers below a request is used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComposeMode>))]
public enum ComposeMode
{
    /// <summary>All of it.</summary>
    [JsonStringEnumMemberName("full")] Full,
    /// <summary>No system text, rules or tools but those of the request and its prompt.</summary>
    [JsonStringEnumMemberName("transparent")] Transparent,
}

/// <summary>What becomes of a turn when its client leaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnDisconnect>))]
public enum OnDisconnect
{
    /// <summary>It goes on and can be read later.</summary>
    [JsonStringEnumMemberName("continue")] Continue,
    /// <summary>It is cancelled.</summary>
    [JsonStringEnumMemberName("cancel")] Cancel,
}
