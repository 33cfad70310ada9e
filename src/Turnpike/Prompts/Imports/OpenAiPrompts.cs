using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Imports;

/// <summary>OpenAI's stored prompts, and the same object as its Responses API takes it.</summary>
internal static partial class OpenAiPrompts
{
    public const string Format = "openai";

    public static bool Fits(JsonObject row) => FoundPrompt.Text(row["id"])?.StartsWith(Turns.Ids.PromptPrefix, StringComparison.Ordinal) == true
        ? (row["instructions"] ?? row["messages"] ?? row["input"] ?? row["prompt"]) is not (null or JsonObject)
        : (row["instructions"] ?? row["input"]) is JsonValue or JsonArray;

    public static FoundPrompt Read(JsonObject row)
    {
        var id = FoundPrompt.Text(row["id"]);
        var name = FoundPrompt.Text(row["name"]) ?? id;
        var found = new FoundPrompt(name ?? FirstWords(row)) { Version = FoundPrompt.VersionOf(row["version"]), IsUnnamed = name is null };
        var declared = (row["variables"] as JsonObject)?.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal) ?? [.. FoundPrompt.Texts(row["variables"])];
        var names = new ForeignNames(found, name => declared.Contains(name) || (PlainName.IsMatch(name) && name is not ("this" or "else")));
        names.Keep(declared);
        var messages = new List<PromptMessage>();
        if (FoundPrompt.Text(row["instructions"]) is { Length: > 0 } instructions) messages.Add(FoundPrompt.Message("system", names.In(instructions)));
        if (row["prompt"] is JsonObject) found.Changes.Add("prompt: left out, it names another prompt; import that one");
        var items = row["messages"] ?? row["input"] ?? row["prompt"];
        if (FoundPrompt.Text(items) is { } text) messages.Add(FoundPrompt.Message("user", names.In(text)));
        var (reader, path) = (new ForeignMessages(found.Changes.Add, names.In), row["messages"] is not null ? "messages" : row["input"] is not null ? "input" : "prompt");
        foreach (var (item, at) in (items as JsonArray ?? []).Select((item, at) => (item, at)))
        {
            if (FoundPrompt.Text((item as JsonObject)?["type"]) is { } type and not "message") found.Changes.Add($"{path}[{at}]: left out, an item of type {type} is not read");
            else if (reader.Message(item, $"{path}[{at}]") is { } message) messages.Add(message);
        }
        var (parameters, rest) = found.Parameters(row, "", "id", "name", "object", "version", "instructions", "messages", "input", "prompt", "variables", "model", "tools", "created_at", "is_default", "text", "reasoning", "store");
        if ((row["text"] as JsonObject)?["format"] is JsonObject format) parameters = (parameters ?? Turns.TurnParameters.None) with { ResponseFormat = Shape(format, found) };
        var more = found.Parameters(Flat(row), "").Parameters;
        foreach (var (of, known) in ((string, string[])[])[("reasoning", ["effort"]), ("text", ["format", "verbosity"])])
            foreach (var (other, _) in (row[of] as JsonObject ?? []).Where(member => member.Value is not null && !known.Contains(member.Key))) found.Changes.Add($"{of}.{other}: left out, it is not known here");
        if (more is not null) parameters = (parameters ?? Turns.TurnParameters.None).Over(more);
        foreach (var (other, _) in rest) found.Changes.Add($"{other}: left out, it has no meaning here");
        found.Prompt = new()
        {
            Key = FoundPrompt.KeyOf(name ?? FirstWords(row)),
            Id = id,
            ImportedFrom = id,
            Title = FoundPrompt.Text(row["name"]),
            Messages = messages,
            Variables = Variables(row["variables"], found, names),
            Model = FoundPrompt.Text(row["model"]) is { } model ? model.Contains('/', StringComparison.Ordinal) ? model : "openai/" + model : null,
            Parameters = parameters,
            Store = row["store"]?.GetValueKind() == System.Text.Json.JsonValueKind.False ? false : null,
            Tools = Tools(row["tools"] as JsonArray ?? [], found),
        };
        if (names.Renamed.Any()) found.Prompt = found.Prompt with { Metadata = new() { [ForeignVariables.Member] = new JsonObject(names.Renamed.Select(name => KeyValuePair.Create(name.Key, (JsonNode?)name.Value))) } };
        found.KeepNumber();
        if (row["is_default"]?.GetValueKind() == System.Text.Json.JsonValueKind.True) found.Labels.Add("production");
        found.DeclareUsed();
        return found;
    }

    private static IReadOnlyList<VariableDefinition> Variables(JsonNode? given, FoundPrompt found, ForeignNames names) => given switch
    {
        JsonObject named => [.. named.Select(pair => Variable(pair.Key, found.TakesEnvironment(pair.Value, $"variable {pair.Key}") ? null : pair.Value, found, names))],
        JsonArray list => [.. FoundPrompt.Texts(list).Distinct().Select(name => new VariableDefinition { Name = names.Of(name), Required = true })],
        _ => [],
    };

    private static VariableDefinition Variable(string name, JsonNode? value, FoundPrompt found, ForeignNames names)
    {
        if (value is JsonObject typed && FoundPrompt.Text(typed["type"]) == "input_text" && FoundPrompt.Text(typed["text"]) is not null) value = typed["text"];
        return new() { Name = names.Of(name), Type = TypeOf(value, found, name), Required = value is null, Default = value is null or JsonObject ? null : FoundPrompt.Element(value) };
    }

    private static VariableType TypeOf(JsonNode? value, FoundPrompt found, string name)
    {
        if (value is not JsonObject typed) return VariableType.String;
        found.Changes.Add($"variable {name}: its default of type {FoundPrompt.Text(typed["type"])} is left out");
        return FoundPrompt.Text(typed["type"]) switch { "input_image" => VariableType.Image, "input_file" => VariableType.File, _ => VariableType.String };
    }

    private static IReadOnlyList<string> Tools(JsonArray tools, FoundPrompt found)
    {
        foreach (var tool in tools.OfType<JsonObject>()) found.LeaveOut(tool);
        return [];
    }

    private static JsonObject Flat(JsonObject row)
    {
        var flat = new JsonObject();
        if ((row["reasoning"] as JsonObject)?["effort"] is { } effort) flat["reasoning_effort"] = effort.DeepClone();
        if ((row["text"] as JsonObject)?["verbosity"] is { } verbosity) flat["verbosity"] = verbosity.DeepClone();
        return flat;
    }

    private static JsonObject Shape(JsonObject format, FoundPrompt found)
    {
        foreach (var (other, value) in format.Where(member => member.Value is not null && member.Key is not ("type" or "schema" or "name" or "strict" or "description"))) found.Changes.Add($"text.format.{other}: left out, it is not known here");
        if (FoundPrompt.Text(format["type"]) != "json_schema" || format["schema"] is null) return new() { ["type"] = FoundPrompt.Text(format["type"]) ?? "text" };
        var shape = new JsonObject();
        foreach (var name in (string[])["type", "name", "description", "strict", "schema"]) if (format[name] is { } value) shape[name] = value.DeepClone();
        return shape;
    }

    /// <summary>How a prompt begins that has no name.</summary>
    private static string FirstWords(JsonObject row)
    {
        var items = row["messages"] ?? row["input"];
        var first = FoundPrompt.Text(row["instructions"]) ?? FoundPrompt.Text(items) ?? (items as JsonArray ?? []).OfType<JsonObject>().Select(item => FoundPrompt.Text(item["content"]) ?? (item["content"] as JsonArray ?? []).OfType<JsonObject>().Select(part => FoundPrompt.Text(part["text"])).FirstOrDefault(text => text is not null)).FirstOrDefault(text => text is not null);
        var words = string.Join(' ', (first ?? "").Split((char[]?)null, 7, StringSplitOptions.RemoveEmptyEntries).Take(6));
        return words.Length == 0 ? "prompt" : words.Length > 60 ? words[..60] : words;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial System.Text.RegularExpressions.Regex PlainName { get; }
}
