using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts;

/// <summary>
/// A kept or unsaved template: messages with typed variables, model, parameters, tools and rules. Never a person's text.
/// It has either <see cref="Messages"/> or, when its structure is decided by the template itself, a <see cref="Body"/>.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Prompt
{
    /// <summary>The name it is asked for by; empty for an object that was never saved. Letters, digits, <c>. _ - /</c>, at most 200.</summary>
    public string Key { get; init => field = value ?? ""; } = "";
    /// <summary><c>pmpt_…</c>; null for an object that was never saved.</summary>
    public string? Id { get; init; }
    /// <summary>The version's number, from 1; null for an object that was never saved.</summary>
    public int? Version { get; init; }
    /// <summary>A name for people.</summary>
    public string? Title { get; init => field = value ?? field; }
    /// <summary>Another word for <see cref="Title"/>; read from JSON, never written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get => null; init => Title = Title ?? value; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];
    /// <summary>The messages, each a template.</summary>
    public IReadOnlyList<PromptMessage> Messages { get; init => field = value ?? []; } = [];
    /// <summary>A whole dotprompt body, instead of <see cref="Messages"/>.</summary>
    public string? Body { get; init; }
    /// <summary>The typed holes.</summary>
    public IReadOnlyList<VariableDefinition> Variables { get; init => field = value ?? []; } = [];
    /// <summary>Whether names used but not declared are taken as optional variables of any type (a <c>.prompt</c> file without a schema).</summary>
    public bool InferVariables { get; init; }
    /// <summary>The model id; null: the layers below decide.</summary>
    public string? Model { get; init; }
    /// <summary>Models tried in order when the first cannot answer.</summary>
    public IReadOnlyList<string> Fallback { get; init => field = value ?? []; } = [];
    /// <summary>How the model is asked.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>Tools that whoever submits a turn executes, offered with every turn.</summary>
    public IReadOnlyList<ClientTool>? ClientTools { get; init; }
    /// <summary>Names or globs of the tools offered: what <see cref="ToolSelection"/> adds.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Tools { get => ToolSelection.Add; init => ToolSelection = ToolSelection with { Add = value }; }
    /// <summary>How it changes the set of tools of the layers below, by names or globs. In JSON <c>tools</c>: a list adds; <c>{only?, add?, remove?}</c>, of which <c>"only": []</c> means none.</summary>
    [JsonPropertyName("tools")]
    [JsonConverter(typeof(AddedNamesConverter))]
    public NameSelection ToolSelection { get; init => field = value ?? NameSelection.None; } = NameSelection.None;
    /// <summary>What becomes of calls of tools, by name or glob: <c>allow, ask, deny</c>; null: the layers below decide.</summary>
    public IReadOnlyDictionary<string, ToolDecision>? Approval { get; init; }
    /// <summary>Ids or names of rules; <c>tag:name</c> stands for a tag's rules.</summary>
    public IReadOnlyList<string> Rules { get; init => field = value ?? []; } = [];
    /// <summary>What comes with every conversation started from it.</summary>
    public IReadOnlyList<ResourceInput> Resources { get; init => field = value ?? []; } = [];
    /// <summary>The shape that the answer must have.</summary>
    public PromptOutput? Output { get; init; }
    /// <summary>How its system text joins the layers below: <c>append</c> (default) or <c>replace</c>.</summary>
    public string? System { get; init; }
    /// <summary>Whether placeholders in what people type are filled in too; off unless asked for.</summary>
    public bool ExpandUserText { get; init; }
    /// <summary><c>on</c>, <c>off</c> or null: whether triggers are read where this prompt is used.</summary>
    public string? Triggers { get; init; }
    /// <summary>Whether an answer that broke off after its first token is begun anew, and what had come of it forgotten; null: the options decide.</summary>
    public bool? Restart { get; init; }
    /// <summary>What becomes of a turn when its client leaves and its request does not say; null: it goes on.</summary>
    public OnDisconnect? OnDisconnect { get; init; }
    /// <summary>Whether the content of turns is kept when their requests do not say; null: it is.</summary>
    public bool? Store { get; init; }
    /// <summary>How it is offered over MCP; null: the server decides.</summary>
    public PromptMcp? Mcp { get; init; }
    /// <summary>The partials that its templates reach, as they were when it was saved: saving one of them anew changes nothing here.</summary>
    public IReadOnlyList<PinnedPartial>? Partials { get; init; }
    /// <summary>Where it came from, when it was imported: the system and the id it had there.</summary>
    public string? ImportedFrom { get; init; }
    /// <summary>Whatever its makers want to keep beside it.</summary>
    public JsonObject? Metadata { get; init; }
    /// <summary>The <c>.prompt</c> file it was read from, exactly as it was; it is given back as long as the prompt says the same.</summary>
    public string? File { get; init; }
    /// <summary>The labels that name this version now.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];
    /// <summary>When this version was saved, UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
    /// <summary>Who saved this version.</summary>
    public string? Author { get; init; }
    /// <summary>Why this version was saved.</summary>
    public string? Note { get; init; }
    /// <summary>SHA-256 of what it says, without key, version, labels and dates; see <see cref="PromptHash"/>.</summary>
    public string? Hash { get; init; }

    /// <summary>The names of the variables that it declares secret.</summary>
    internal IEnumerable<string> Secrets => Variables.Where(variable => variable is { Secret: true }).Select(variable => variable.Name);
}

/// <summary>One message of a prompt.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromptMessage
{
    /// <summary><c>system, user, assistant</c>, or <c>history</c>: the place of the conversation's history.</summary>
    public required string Role { get; init; }
    /// <summary>The parts, in order; empty for <c>history</c>.</summary>
    public IReadOnlyList<PromptPart> Content { get; init => field = value ?? []; } = [];
}

/// <summary>A part of a prompt's message: a text template, or media.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromptPart
{
    /// <summary><c>text</c> or <c>media</c>.</summary>
    public required string Type { get; init; }
    /// <summary>The template.</summary>
    public string? Text { get; init; }
    /// <summary>http(s) or data: URL of the media; may be a template.</summary>
    public string? Url { get; init; }
    /// <summary>Id of an uploaded file.</summary>
    public string? File { get; init; }
    /// <summary>The media's type, for example <c>image/png</c>.</summary>
    public string? MediaType { get; init; }
}

/// <summary>A partial as it was when the prompt that includes it was saved.</summary>
/// <param name="Name">The name that templates include it by.</param>
/// <param name="Key">The key of the prompt it came from.</param>
/// <param name="Hash">SHA-256 of its text, in lower-case hexadecimal.</param>
/// <param name="Text">Its text.</param>
public sealed record PinnedPartial(string Name, string Key, string Hash, string Text);

/// <summary>How a prompt is offered over MCP.</summary>
/// <param name="Prompt">Whether it is offered as a prompt.</param>
/// <param name="Tool">Whether it is offered as a tool.</param>
public sealed record PromptMcp(bool? Prompt = null, bool? Tool = null);

/// <summary>The shape that an answer must have.</summary>
/// <param name="Schema">A JSON Schema; null: any JSON.</param>
/// <param name="Format"><c>json</c> or <c>text</c>.</param>
public sealed record PromptOutput(JsonElement? Schema = null, string? Format = null);

/// <summary>A typed hole in a prompt.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VariableDefinition
{
    /// <summary><c>[A-Za-z_][A-Za-z0-9_]*</c>.</summary>
    public required string Name { get; init; }
    /// <summary>What it holds.</summary>
    public VariableType Type { get; init; } = VariableType.String;
    /// <summary>Whether a turn without a value is refused.</summary>
    public bool Required { get; init; }
    /// <summary>The value when no layer has one.</summary>
    public JsonElement? Default { get; init; }
    /// <summary>A name for forms.</summary>
    public string? Label { get; init; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>Smallest number, or earliest date.</summary>
    public JsonElement? Min { get; init; }
    /// <summary>Largest number, or latest date.</summary>
    public JsonElement? Max { get; init; }
    /// <summary>Numbers are multiples of this, counted from <see cref="Min"/>.</summary>
    public double? Step { get; init; }
    /// <summary>Fewest UTF-16 units of a text, or items of a list.</summary>
    public int? MinLength { get; init; }
    /// <summary>Most UTF-16 units of a text, or items of a list.</summary>
    public int? MaxLength { get; init; }
    /// <summary>A regular expression that a text matches as a whole; run without back-tracking.</summary>
    public string? Pattern { get; init; }
    /// <summary>The values that an enum, a text, a number or a list's items may have; of a boolean, the labels for false and true; offered for other types.</summary>
    public IReadOnlyList<JsonElement>? Options { get; init; }
    /// <summary>Whether other values than the options are taken too.</summary>
    public bool AllowOther { get; init; }
    /// <summary>What a list's items are.</summary>
    public VariableType? ItemType { get; init; }
    /// <summary>A JSON Schema that an object or a list's item fits.</summary>
    public JsonElement? Schema { get; init; }
    /// <summary>How a form asks: <c>textarea, text, toggle, radio, checkbox, select, number, slider, date, file</c>.</summary>
    public string? Input { get; init; }
    /// <summary>Whether traces, previews and logs show <c>•••</c> instead of it.</summary>
    public bool Secret { get; init; }
    /// <summary>The highest layer that may set it: <c>default, computed, global, user, organization, project, conversation, turn</c>.</summary>
    public string? Locked { get; init; }
}

/// <summary>What a variable holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VariableType>))]
public enum VariableType
{
    /// <summary>One line of text.</summary>
    [JsonStringEnumMemberName("string")] String,
    /// <summary>Text of any length.</summary>
    [JsonStringEnumMemberName("text")] Text,
    /// <summary>A number.</summary>
    [JsonStringEnumMemberName("number")] Number,
    /// <summary>A whole number.</summary>
    [JsonStringEnumMemberName("integer")] Integer,
    /// <summary>True or false.</summary>
    [JsonStringEnumMemberName("boolean")] Boolean,
    /// <summary>One of the options.</summary>
    [JsonStringEnumMemberName("enum")] Enum,
    /// <summary>A list.</summary>
    [JsonStringEnumMemberName("list")] List,
    /// <summary>Anything with members.</summary>
    [JsonStringEnumMemberName("object")] Object,
    /// <summary>A day, <c>yyyy-MM-dd</c>, or a point in time, ISO 8601.</summary>
    [JsonStringEnumMemberName("date")] Date,
    /// <summary>An image: file id, http(s) or data: URL.</summary>
    [JsonStringEnumMemberName("image")] Image,
    /// <summary>A file: file id, http(s) or data: URL.</summary>
    [JsonStringEnumMemberName("file")] File,
    /// <summary>A list of messages.</summary>
    [JsonStringEnumMemberName("messages")] Messages,
    /// <summary>Anything: a name that was used without being declared.</summary>
    [JsonStringEnumMemberName("any")] Any,
}
