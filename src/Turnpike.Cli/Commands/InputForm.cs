using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary>Asks on the terminal what a tool wants to know, field by field.</summary>
internal sealed class InputForm(Invocation run)
{
    /// <summary>The answer to all questions of a call.</summary>
    public async Task<CallAnswer> AskAsync(ToolInput asked)
    {
        var answers = new JsonObject();
        foreach (var (key, question) in asked.Input.Questions)
        {
            var content = await ContentAsync(question);
            answers[key] = content is null ? new JsonObject { ["action"] = "decline" } : new JsonObject { ["action"] = "accept", ["content"] = content };
        }
        return new() { CallId = asked.CallId, Output = JsonSerializer.SerializeToElement(answers, TurnpikeJson.Relaxed.JsonObject) };
    }

    private async Task<JsonObject?> ContentAsync(InputQuestion question)
    {
        run.Here.Error.WriteLine(Terminals.Safe(question.Message));
        if (await LineAsync("Answer? [y/N] ") is not ("y" or "Y" or "yes" or "Yes")) return null;
        var content = new JsonObject();
        if (question.Schema.ValueKind != JsonValueKind.Object || !question.Schema.TryGetProperty("properties", out var fields) || fields.ValueKind != JsonValueKind.Object) return content;
        var required = question.Schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Select(name => name.ToString()).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var field in fields.EnumerateObject())
        {
            if (!await FieldAsync(field, required.Contains(field.Name), content)) return null;
        }
        return content;
    }

    /// <summary>Asks until it fits; false when there is nobody any more.</summary>
    private async Task<bool> FieldAsync(JsonProperty field, bool isRequired, JsonObject content)
    {
        while (true)
        {
            var typed = await LineAsync($"{Label(field)}{(isRequired ? "" : " (optional)")}: ");
            if (typed is null) return false;
            if (typed.Length == 0 && !isRequired) return true;
            var value = Value(field.Value, typed);
            var faults = JsonSchemaCheck.Check(field.Value, JsonElement.Parse(value.ToJsonString()));
            if (faults.Count == 0)
            {
                content[field.Name] = value;
                return true;
            }
            run.Here.Error.WriteLine(Terminals.Safe($"It {faults[0].Message}."));
        }
    }

    private static string Label(JsonProperty field)
    {
        var title = Text(field.Value, "title") ?? field.Name;
        var options = field.Value.ValueKind == JsonValueKind.Object && field.Value.TryGetProperty("enum", out var listed) && listed.ValueKind == JsonValueKind.Array ? $" [{string.Join(" | ", listed.EnumerateArray().Select(one => one.ToString()))}]"
            : Text(field.Value, "type") == "boolean" ? " [true | false]" : "";
        var description = Text(field.Value, "description") is { } more ? $" – {more}" : "";
        return Terminals.Safe($"{title}{options}{description}");
    }

    /// <summary>What was typed, as the field's type reads it; the text itself where it is not of that type.</summary>
    private static JsonNode Value(JsonElement field, string typed) => Text(field, "type") switch
    {
        "boolean" when typed.Trim().ToLowerInvariant() is "true" or "yes" or "y" => JsonValue.Create(true),
        "boolean" when typed.Trim().ToLowerInvariant() is "false" or "no" or "n" => JsonValue.Create(false),
        "integer" when long.TryParse(typed, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        "number" when decimal.TryParse(typed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        "array" => new JsonArray([.. typed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one => (JsonNode?)one)]),
        _ => JsonValue.Create(typed),
    };

    private static string? Text(JsonElement schema, string name) => schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private Task<string?> LineAsync(string question) => Keyboard.LineAsync(run.Here, question);
}
