using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible;

/// <summary>
/// A turn request in the making: what the body's own fields say, over what its object <c>turnpike</c> says. A field given twice with different values is refused.
/// </summary>
internal sealed class FaceRequest
{
    private readonly bool _triggersOff;
    private readonly JsonElement _sent;
    private static readonly object PromptPlaceKey = new();
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase); // of the tools that the caller executes
    private List<ClientTool>? _offered;
    private PromptReference? _prompt;
    private string? _promptPlace;

    /// <summary>Reads the object <c>turnpike</c> of a body.</summary>
    /// <param name="body">The body, as far as it is read here.</param>
    /// <param name="sent">The body as it was sent; null: the same.</param>
    public FaceRequest(JsonElement body, JsonElement? sent = null)
    {
        _sent = sent ?? body;
        if (body.Object("turnpike") is not { } native)
        {
            Turn = new();
            return;
        }
        HasNative = true;
        var members = JsonObject.Create(native)!;
        if (members["triggers"] is { } triggers)
        {
            if (triggers.GetValueKind() != JsonValueKind.String || triggers.GetValue<string>() != "off") throw Given.Invalid("turnpike.triggers", "\"turnpike.triggers\" can only be \"off\": a request may switch triggers off, not on.");
            _triggersOff = true;
            members.Remove("triggers");
        }
        try
        {
            Turn = members.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.TurnRequest))!;
        }
        catch (JsonException error)
        {
            throw Given.Invalid("turnpike", $"\"turnpike\" is no turn request: {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it")}");
        }
        if (Turn.Prompt is { } prompt) Use(prompt, "turnpike.prompt");
    }

    /// <summary>The turn as it stands.</summary>
    public TurnRequest Turn { get; set; }

    /// <summary>Whether the body had an object <c>turnpike</c>, so that the answer gets one.</summary>
    public bool HasNative { get; }

    /// <summary>The prompt that the request names, if it names one.</summary>
    public PromptReference? Prompt => _prompt;

    /// <summary>The field that named the prompt of a request that was read; null: none did.</summary>
    public static string? PromptPlace(HttpContext http) => http.Items.TryGetValue(PromptPlaceKey, out var place) ? place as string : null;

    /// <summary>Names the prompt; a second, different one is refused.</summary>
    public void Use(PromptReference prompt, string place)
    {
        if (_prompt is { } other && (other.Id != prompt.Id || (other.Version is not null && prompt.Version is not null && other.Version != prompt.Version)))
            throw Given.Invalid(place, $"The request names two prompts: \"{other}\" in \"{_promptPlace}\" and \"{prompt}\" in \"{place}\". Name one.");
        _prompt = _prompt is { Version: not null } or { Overlay: not null } or { Inline: not null } ? _prompt : prompt;
        _promptPlace ??= place;
    }

    public void Model(string? model, string place)
    {
        if (model is null) return;
        if (Turn.Model is { } other && other != model) throw Twice("model", place);
        Turn = Turn with { Model = model };
    }

    public void Conversation(string? conversation, string place)
    {
        if (conversation is null) return;
        if (Turn.Conversation is { } other && other != conversation) throw Twice("conversation", place);
        Turn = Turn with { Conversation = conversation };
    }

    /// <summary>Refuses a native conversation, text, ids or answers that are others than what the protocol's own fields say.</summary>
    /// <param name="conversation">The conversation that the client's id means; null: a new one.</param>
    /// <param name="place">The field with that id.</param>
    /// <param name="content">What was typed.</param>
    public void RequireSame(string? conversation, string place, string content)
    {
        if (Turn.Conversation is not null && Turn.Conversation != conversation) throw Twice("conversation", place);
        if (Turn.Content.Length > 0 && Turn.Content != content) throw Twice("content", "messages");
        if (Turn.ExternalIds is not null) throw Given.Invalid("turnpike.externalIds", $"\"turnpike.externalIds\" has no place here: the ids are those of \"{place}\" and of the messages.");
        if (Turn.Answers.Count > 0) throw Given.Invalid("turnpike.answers", "\"turnpike.answers\" has no place here: open tool calls are answered by the messages.");
    }

    public void Store(bool? store, string place)
    {
        if (store is null) return;
        if (Turn.Store is { } other && other != store) throw Twice("store", place);
        Turn = Turn with { Store = store };
    }

    public void Variables(JsonElement? values, string place)
    {
        if (values is not { } given) return;
        if (given.ValueKind != JsonValueKind.Object) throw Given.Invalid(place, $"\"{place}\" must be an object.");
        var variables = new Dictionary<string, JsonElement>(Turn.Variables);
        foreach (var member in given.EnumerateObject())
        {
            if (variables.TryGetValue(member.Name, out var other) && !ForeignJson.AreSame(other, member.Value)) throw Twice("variables." + member.Name, place);
            variables[member.Name] = member.Value;
        }
        Turn = Turn with { Variables = variables };
    }

    /// <summary>Sets a parameter by its name in our table; <paramref name="place"/> is its name in the vendor's body.</summary>
    public void Parameter(string name, JsonElement? value, string place)
    {
        if (value is not { ValueKind: not JsonValueKind.Null } given) return;
        var parameter = ParameterTable.Get(name);
        object? parsed;
        try
        {
            parsed = parameter.Parse(given);
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, error.Message.Replace($"\"{name}\"", $"\"{place}\"", StringComparison.Ordinal)) { Field = place, Narrower = parameter.Options is null ? null : "unsupported_value" };
        }
        var parameters = Turn.Parameters ?? TurnParameters.None;
        if (parameter.Of(parameters) is { } other && !Same(other, parsed!)) throw Twice("parameters." + name, place);
        Turn = Turn with { Parameters = parameter.With(parameters, parsed) };
    }

    /// <summary>Limits the tool calls of the turn, beside what else its budget says.</summary>
    public void MostCalls(int calls, string place)
    {
        var budget = Turn.Parameters?.Budget is { } said ? (JsonObject)said.DeepClone() : [];
        var limit = JsonValue.Create(JsonSerializer.SerializeToElement(calls, TurnpikeJson.Relaxed.Int32)); // as a body's would be, so that it reads as any number
        if (budget["calls"] is { } other && !ForeignJson.AreSame(other, limit)) throw Twice("parameters.budget.calls", place);
        budget["calls"] = limit;
        Turn = Turn with { Parameters = new TurnParameters { Budget = budget }.Over(Turn.Parameters ?? TurnParameters.None) };
    }

    /// <summary>Puts members of the body that only some providers know into the provider's request as they are.</summary>
    public void PassOn(JsonElement body, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (body.Member(name) is { } value) PassOn(name, JsonNode.Parse(value.GetRawText()), name);
        }
    }

    /// <summary>Puts a member that only some providers know into the provider's request.</summary>
    /// <param name="name">Its name there.</param>
    /// <param name="given">Its value there.</param>
    /// <param name="place">Where the body says it.</param>
    public void PassOn(string name, JsonNode? given, string place)
    {
        if (Turn.Parameters?.ProviderOptions?[name] is { } other && !ForeignJson.AreSame(other, given)) throw Twice("parameters.providerOptions." + name, place);
        Turn = Turn with { Parameters = new TurnParameters { ProviderOptions = new() { [name] = given } }.Over(Turn.Parameters ?? TurnParameters.None) };
    }

    /// <summary>Offers a tool that the caller executes.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: another one has its name, at <paramref name="place"/>.</exception>
    public void Offer(string name, string? description, JsonElement? schema, bool? strict, string place)
    {
        if (_offered is null)
        {
            _offered = [.. Turn.ClientTools];
            _names.UnionWith(_offered.Select(tool => tool.Name));
            Turn = Turn with { ClientTools = _offered };
        }
        if (!_names.Add(name)) throw Given.Invalid(place + "name", $"Two tools are named \"{name}\".");
        _offered.Add(new() { Name = name, Description = description, Schema = schema, Strict = strict });
    }

    /// <summary>Offers tools of a source that is configured here.</summary>
    /// <param name="tools">Their names, or globs of them.</param>
    /// <param name="approval">What becomes of their calls; it can only be stricter than what the layers say.</param>
    public void OfferSource(IReadOnlyList<string> tools, IReadOnlyDictionary<string, ToolDecision> approval)
    {
        var stricter = new Dictionary<string, ToolDecision>(Turn.Approval);
        foreach (var (tool, decision) in approval) if (!stricter.TryGetValue(tool, out var other) || decision > other) stricter[tool] = decision;
        Turn = Turn with { Tools = [.. Turn.Tools, .. tools], Approval = stricter };
    }

    /// <summary>Keeps of all tools of the turn, whoever chose them, only those that one of these names or globs means.</summary>
    public void Narrow(IReadOnlyList<string> only) => Turn = Turn with { OnlyTools = only };

    /// <summary>The turn request, with what the face and its host add.</summary>
    public TurnRequest Build(HttpContext http, FaceOptions options, bool readsTriggers, JsonElement? face)
    {
        if (_promptPlace is not null) http.Items[PromptPlaceKey] = _promptPlace;
        var turn = Turn with
        {
            Prompt = _prompt,
            User = Caller.User(http),
            Organization = Caller.Organization(http),
            Owner = Owner(http),
            Face = face,
            Triggers = _triggersOff || options.Triggers == "off" ? TriggerReading.Off : options.Triggers == "on" || readsTriggers ? TriggerReading.On : TriggerReading.FaceOff,
        };
        return Key(http) is { } key ? turn with { IdempotencyKey = key, SentHash = SentHash() } : turn;
    }

    /// <summary>The request's idempotency key; null: it has none.</summary>
    public string? Key(HttpContext http)
    {
        if (http.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 } key) return Turn.IdempotencyKey;
        return Turn.IdempotencyKey is not { } other || other == key ? key : throw Given.Invalid("turnpike.idempotencyKey", $"The header Idempotency-Key says \"{key}\" and the body says \"{other}\". Send one of them.");
    }

    /// <summary>SHA-256 of the body: what is made of it follows also from what there is when it is read.</summary>
    public string SentHash() => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(_sent)));

    /// <summary>Whose the ids are that clients make: the key's, or, without keys, the user's.</summary>
    public static string Owner(HttpContext http) => Visitor.Of(http).Key?.Id ?? Caller.User(http) ?? "";

    private static bool Same(object a, object b) => a is JsonNode x && b is JsonNode y ? ForeignJson.AreSame(x, y) : a is IReadOnlyList<string> p && b is IReadOnlyList<string> q ? p.SequenceEqual(q) : a.Equals(b);

    /// <summary>The error of a field that is given at two places with different values.</summary>
    public static TurnException Twice(string name, string place) => Given.Invalid(place, $"\"{place}\" and \"turnpike.{name}\" say different things. Send one of them.");
}
