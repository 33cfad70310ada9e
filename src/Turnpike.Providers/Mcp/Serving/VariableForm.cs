using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Prompts.Tools;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>The form that asks a person for the values that a prompt lacks, and what comes back of it. The answer counts for the request that was asked about, and for no other.</summary>
internal sealed class VariableForm(SealedState sealing)
{
    /// <summary>The answer that asks for variables.</summary>
    public JsonObject Ask(Prompt prompt, IReadOnlyCollection<string> missing, McpCall call)
    {
        var properties = new JsonObject();
        foreach (var variable in prompt.Variables.Where(variable => missing.Contains(variable.Name))) properties[variable.Name] = Flat(variable);
        return new()
        {
            ["resultType"] = "input_required",
            ["inputRequests"] = new JsonObject
            {
                ["variables"] = new JsonObject
                {
                    ["method"] = "elicitation/create",
                    ["params"] = new JsonObject
                    {
                        ["mode"] = "form",
                        ["message"] = $"The prompt \"{prompt.Key}\" needs {string.Join(", ", missing)}.",
                        ["requestedSchema"] = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. missing.Select(name => (JsonNode?)name)]) },
                    },
                },
            },
            ["requestState"] = sealing.Seal(call, new() { ["asked"] = true }),
        };
    }

    /// <summary>The values that a person gave.</summary>
    /// <exception cref="McpError">The state is not of this request, or the person gave none.</exception>
    public Dictionary<string, JsonElement> Read(Prompt prompt, McpCall call)
    {
        sealing.Open(call);
        return Given(prompt, call);
    }

    /// <summary>The values that a person gave, for a state that was opened already.</summary>
    /// <exception cref="McpError">The person gave none.</exception>
    public static Dictionary<string, JsonElement> Given(Prompt prompt, McpCall call)
    {
        if (call.Object("inputResponses")["variables"] is not JsonObject response || McpCall.Said(response, "action") != "accept" || response["content"] is not JsonObject content)
            throw new McpError(McpError.Params, "The values that the prompt needs were not given.", new() { ["code"] = "variable_missing" });
        return content.ToDictionary(pair => pair.Key, pair => Typed(prompt.Variables.FirstOrDefault(variable => variable.Name == pair.Key), JsonElement.Parse(pair.Value?.ToJsonString() ?? "null")));
    }

    /// <summary>JSON that a text holds; null when it holds none.</summary>
    public static JsonElement? Parsed(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A value as its variable wants it: forms have texts where the variable has a list, an object, or a choice that is no text.</summary>
    private static JsonElement Typed(VariableDefinition? variable, JsonElement value)
    {
        if (variable is null || value.ValueKind != JsonValueKind.String || value.GetString() is not { } text) return value;
        return variable.Type switch
        {
            VariableType.List or VariableType.Object or VariableType.Messages or VariableType.Any => Parsed(text) ?? value,
            VariableType.Enum when variable.Options?.FirstOrDefault(option => option.ValueKind != JsonValueKind.String && option.GetRawText() == text) is { ValueKind: not JsonValueKind.Undefined } option => option,
            _ => value,
        };
    }

    /// <summary>A variable as forms know it: texts, numbers, truths and choices only.</summary>
    private static JsonObject Flat(VariableDefinition variable)
    {
        var schema = PromptToolSchema.Of(variable);
        if (schema["enum"] is JsonArray options) (schema["type"], schema["enum"]) = ("string", new JsonArray([.. options.Select(option => (JsonNode?)(option is JsonValue value && value.TryGetValue<string>(out var text) ? text : option?.ToJsonString() ?? "null"))]));
        if ((string?)schema["type"] is not ("string" or "number" or "integer" or "boolean")) schema = new() { ["type"] = "string" };
        schema.Remove("pattern");
        return schema;
    }
}
