using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Variables.Kinds;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Tools;

/// <summary>Variables of a prompt as the JSON Schema of a tool's arguments.</summary>
public static class PromptToolSchema
{
    /// <summary>The schema of a prompt's arguments.</summary>
    public static JsonElement Of(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var variable in prompt.Variables)
        {
            properties[variable.Name] = Of(variable);
            if (variable is { Required: true, Default: null }) required.Add(variable.Name);
        }
        var isTyped = !properties.ContainsKey(PromptTool.Input);
        if (isTyped) properties[PromptTool.Input] = new JsonObject { ["type"] = "string", ["description"] = "What to say to it." };
        if (!properties.ContainsKey(PromptTool.Conversation)) properties[PromptTool.Conversation] = new JsonObject { ["type"] = "string", ["description"] = "The conversation to continue; left out, a new one begins." };
        if (isTyped && !HasUserMessage(prompt)) required.Add(PromptTool.Input);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = prompt.InferVariables };
        if (required.Count > 0) schema["required"] = required;
        return JsonSerializer.SerializeToElement(schema, TurnpikeJson.Relaxed.JsonObject);
    }

    /// <summary>The schema of a variable.</summary>
    public static JsonObject Of(VariableDefinition variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var schema = variable.Type switch
        {
            VariableType.Number => Number("number", variable),
            VariableType.Integer => Number("integer", variable),
            VariableType.Boolean => new JsonObject { ["type"] = "boolean" },
            VariableType.Enum when variable is { Options: { Count: > 0 } options, AllowOther: false } => Choice(options),
            VariableType.List => List(variable),
            VariableType.Object => variable.Schema is { ValueKind: JsonValueKind.Object } own ? (JsonObject)Node(own)! : new JsonObject { ["type"] = "object" },
            VariableType.Any => [],
            VariableType.Messages => new JsonObject { ["type"] = "array" },
            VariableType.Date => new JsonObject { ["type"] = "string", ["format"] = "date" },
            _ => Text(variable),
        };
        if (EnumValue.Binds(variable, variable.Type)) schema["enum"] = new JsonArray([.. variable.Options!.Select(option => variable.Type is VariableType.String or VariableType.Text && option.ValueKind != JsonValueKind.String ? option.GetRawText() : Node(option))]);
        if ((variable.Description ?? variable.Label) is { } about) schema["description"] = about;
        if (variable.Default is { } given && !variable.Secret) schema["default"] = Node(given);
        return schema;
    }

    /// <summary>Whether the prompt brings a user's message of its own, so that nothing need be typed.</summary>
    public static bool HasUserMessage(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.Body is not null || prompt.Messages.Any(message => message.Role == "user");
    }

    private static JsonObject Text(VariableDefinition variable)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (variable.MinLength is { } min) schema["minLength"] = min;
        if (variable.MaxLength is { } max) schema["maxLength"] = max;
        if (variable.Pattern is { } pattern) schema["pattern"] = $"^(?:{pattern})$";
        return schema;
    }

    /// <summary>One of the options; of which type, where they are all of one: some clients read no schema without it.</summary>
    private static JsonObject Choice(IReadOnlyList<JsonElement> options)
    {
        var schema = new JsonObject();
        if (options.Select(TypeOf).Distinct().ToArray() is [{ } type]) schema["type"] = type;
        schema["enum"] = new JsonArray([.. options.Select(Node)]);
        return schema;
    }

    private static string? TypeOf(JsonElement option) => option.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => null,
    };

    private static JsonObject Number(string type, VariableDefinition variable)
    {
        var schema = new JsonObject { ["type"] = type };
        if (variable.Min is { ValueKind: JsonValueKind.Number } min) schema["minimum"] = Node(min);
        if (variable.Max is { ValueKind: JsonValueKind.Number } max) schema["maximum"] = Node(max);
        return schema;
    }

    private static JsonObject List(VariableDefinition variable)
    {
        var schema = new JsonObject { ["type"] = "array" };
        if (variable.Schema is { ValueKind: JsonValueKind.Object } own) schema["items"] = Node(own);
        else if ((variable.ItemType ?? ListValue.Chosen(variable)) is { } item) schema["items"] = Of(new VariableDefinition { Name = variable.Name, Type = item, Options = variable.Options, AllowOther = variable.AllowOther });
        if (variable.MinLength is { } min) schema["minItems"] = min;
        if (variable.MaxLength is { } max) schema["maxItems"] = max;
        return schema;
    }

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
