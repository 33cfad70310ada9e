using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>
/// The shape that an answer must have, when its parameters ask for JSON. A model that takes response formats is sent the shape, and answers as it likes; another is told it in
/// words, its answer is held back until it fits, and asked for again once.
/// </summary>
internal sealed class ShapedAnswer
{
    private const int MostFaults = 5;
    private readonly JsonElement? _schema;

    private ShapedAnswer(JsonElement? schema, bool isHeld) => (_schema, IsHeld) = (schema, isHeld);

    /// <summary>Whether its text is told only when it fits.</summary>
    public bool IsHeld { get; }

    /// <summary>The shape that parameters ask for; null: none.</summary>
    public static ShapedAnswer? Of(TurnParameters parameters, ModelInfo? model)
    {
        if (parameters.ResponseFormat is not { } format || Kind(format) is not ("json_schema" or "json_object")) return null;
        var schema = format["schema"] is JsonObject given ? JsonSerializer.SerializeToElement(given, TurnpikeJson.Relaxed.JsonObject) : (JsonElement?)null;
        return new(schema, isHeld: !IsNative(model));
    }

    /// <summary>Whether a model takes a response format; one of which nothing is known does.</summary>
    public static bool IsNative(ModelInfo? model) => model?.Parameters?.Contains("responseFormat") != false;

    /// <summary>The messages with the shape in words, for a model that takes no response format.</summary>
    public static IReadOnlyList<ChatMessage> Instruct(IReadOnlyList<ChatMessage> messages, TurnParameters parameters, ModelInfo? model)
    {
        if (IsNative(model) || Of(parameters, model) is not { } shape) return messages;
        var system = 0;
        while (system < messages.Count && messages[system].Role == ChatRole.System) system++;
        return [.. messages.Take(system), new ChatMessage(ChatRole.System, shape.Words()), .. messages.Skip(system)];
    }

    /// <summary>The JSON of an answer, without what models put around it; null when there is none, or it does not fit.</summary>
    public string? Fits(string answer, out string fault)
    {
        var json = Unwrapped(answer);
        fault = $"it is no JSON, or nested deeper than {ForeignJson.Deepest} levels";
        if (ForeignJson.Parse(json) is not { } parsed) return null;
        fault = "it is no JSON object";
        if (_schema is null && parsed.ValueKind != JsonValueKind.Object) return null;
        if (_schema is not { } schema || JsonSchemaCheck.Check(schema, parsed) is not { Count: > 0 } faults) return json;
        fault = string.Join("; ", faults.Take(MostFaults));
        return null;
    }

    /// <summary>What the model is told when its answer does not fit.</summary>
    public string Again(string fault) => $"This answer does not have the shape that was asked for: {fault}. Answer again. {Words()}";

    /// <summary>The value of an answer that has the shape its parameters ask for; null: they ask for none, or it does not fit.</summary>
    public static JsonElement? Value(TurnParameters parameters, string answer) =>
        Of(parameters, null) is { } shape && shape.Fits(answer, out _) is { } json ? ForeignJson.Parse(json) : null;

    private string Words() => _schema is { } schema
        ? $"Answer with JSON only, without any words or code fences around it, that fits this JSON Schema:\n{schema.GetRawText()}"
        : "Answer with one JSON object only, without any words or code fences around it.";

    private static string? Kind(JsonObject format) => format["type"] is JsonValue type && type.TryGetValue<string>(out var kind) ? kind : null;

    /// <summary>The inside of a code fence, if the whole answer is one.</summary>
    private static string Unwrapped(string answer)
    {
        const string Fence = "```";
        var text = answer.Trim();
        if (text.Length < 2 * Fence.Length || !text.StartsWith(Fence, StringComparison.Ordinal) || !text.EndsWith(Fence, StringComparison.Ordinal)) return text;
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        return line < 0 ? text : text[(line + 1)..^Fence.Length].Trim();
    }
}
