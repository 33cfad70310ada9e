using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns;

/// <summary>A turn as kept: the last of its five shapes, however it ended.</summary>
public sealed record Turn
{
    /// <summary><c>turn_…</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The conversation it belongs to.</summary>
    public required string Conversation { get; init; }
    /// <summary>The turn it answers to.</summary>
    public string? Parent { get; init; }
    /// <summary>Which turn of its branch it is, from 1; 0: it was kept by a version that did not count.</summary>
    public int Number { get; init; }
    /// <summary>The turn that this one does again, if it does.</summary>
    public TurnOrigin? Origin { get; init; }
    /// <summary>What it was called where it was imported from.</summary>
    public string? ImportedFrom { get; init; }
    /// <summary>Where it is in its life.</summary>
    public required TurnStatus Status { get; init; }
    /// <summary>What the person typed, as typed.</summary>
    public string Content { get; init => field = value ?? ""; } = "";
    /// <summary>The same without the triggers that were run.</summary>
    public string CleanedContent { get; init => field = value ?? ""; } = "";
    /// <summary>The text of the answer: the text of all steps, joined by a blank line.</summary>
    public string Answer { get; init => field = value ?? ""; } = "";
    /// <summary>The value of the answer, when its parameters ask for JSON and it has the shape that they ask for; null otherwise.</summary>
    public JsonElement? Output { get; init; }
    /// <summary>The messages that its caller gave instead of the conversation's path; null when it gave none.</summary>
    public IReadOnlyList<ChatMessage>? History { get; init; }
    /// <summary>This turn's messages, parts in order: the user's, then the model's and the tools'.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init => field = value ?? []; } = [];
    /// <summary>All tokens.</summary>
    public TurnUsage Usage { get; init => field = value ?? TurnUsage.None; } = TurnUsage.None;
    /// <summary>What it cost; null when a price is unknown, or its models are paid in different currencies.</summary>
    public TurnCost? Cost { get; init; }
    /// <summary>The model, resolved.</summary>
    public required string Model { get; init; }
    /// <summary>The prompt it ran; null when it had none.</summary>
    public TurnPrompt? Prompt { get; init; }
    /// <summary>The stored prompt whose text took the place of what was typed; null when none did.</summary>
    public TurnPrompt? Used { get; init; }
    /// <summary>The prompt that was its agent; null when it had none.</summary>
    public TurnPrompt? Agent { get; init; }
    /// <summary>The parameters, resolved.</summary>
    public TurnParameters Parameters { get; init => field = value ?? TurnParameters.None; } = TurnParameters.None;
    /// <summary>Values that the request and its triggers gave to variables; secret ones are masked.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init => field = value ?? new Dictionary<string, JsonElement>(); } = new Dictionary<string, JsonElement>();
    /// <summary>The names of the tools offered.</summary>
    public IReadOnlyList<string> Tools { get; init => field = value ?? []; } = [];
    /// <summary>Tool calls that wait for somebody outside: of a waiting turn, or of one that ended by handing them over.</summary>
    public IReadOnlyList<OpenCall> OpenCalls { get; init => field = value ?? []; } = [];
    /// <summary>The rules applied, in order.</summary>
    public IReadOnlyList<TurnRule> Rules { get; init => field = value ?? []; } = [];
    /// <summary>The triggers found in the typed text.</summary>
    public IReadOnlyList<TriggerRecord> Triggers { get; init => field = value ?? []; } = [];
    /// <summary>What a person should know.</summary>
    public IReadOnlyList<TurnWarning> Warnings { get; init => field = value ?? []; } = [];
    /// <summary>Each request to a provider.</summary>
    public IReadOnlyList<TurnAttempt> Attempts { get; init => field = value ?? []; } = [];
    /// <summary>Why it failed, if it did.</summary>
    public TurnFailure? Error { get; init; }
    /// <summary>Whether its messages were given as they are, without asking a model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Given { get; init; }
    /// <summary>False: its content goes when it has ended.</summary>
    public bool? Store { get; init; }
    /// <summary>Whether its content is gone; usage and times stay.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Forgotten { get; init; }
    /// <summary>When it was saved, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>Milliseconds from asking the model to its first token.</summary>
    public double? TimeToFirstToken { get; init; }
    /// <summary>The secrets that masks stand for in its messages, sealed; stores keep it with the turn, nobody is shown it. Null: it has none.</summary>
    [JsonIgnore]
    public string? Sealed { get; init; }

    /// <summary>Whether nobody looked yet for secrets in what was typed, as in a turn that waits in a queue: stores seal its text.</summary>
    [JsonIgnore]
    internal bool IsUnread { get; init; }

    /// <summary>Whether all that the model said in it is hidden: what was asked is sent all the same.</summary>
    [JsonIgnore]
    internal bool HidesAnswer { get; init; }

    /// <summary>Whether it stands in a queue, or ended there before it was made ready: no model was asked.</summary>
    [JsonIgnore]
    internal bool NeverBegan => Status != TurnStatus.Completed && this is { Forgotten: false, Number: 0, Messages.Count: 0, Attempts.Count: 0 };

    /// <summary>Whether it has the messages that came with a turn that is not to be stored: they go when that has ended.</summary>
    [JsonIgnore]
    internal bool CameAlong => this is { Given: true, Store: false, Forgotten: false };

    /// <summary>Whether it has ended.</summary>
    [JsonIgnore]
    public bool HasEnded => Status >= TurnStatus.Completed;

    /// <summary>The turn without what was said in it: usage, cost and times stay.</summary>
    public Turn WithoutContent() => this with { Content = "", CleanedContent = "", Answer = "", Output = null, History = null, Messages = [], Variables = new Dictionary<string, JsonElement>(), Triggers = [], Warnings = [], OpenCalls = [], Sealed = null, Forgotten = true };
}

/// <summary>A rule that a turn had.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name at that time.</param>
/// <param name="Hash">SHA-256 of its content at that time.</param>
public sealed record TurnRule(string Id, string Name, string Hash);

/// <summary>The prompt that a turn ran.</summary>
/// <param name="Key">Its key, if it was a stored one.</param>
/// <param name="Version">Its version, if it was a stored one.</param>
/// <param name="Hash">SHA-256 of what it says.</param>
public sealed record TurnPrompt(string? Key, int? Version, string Hash);
