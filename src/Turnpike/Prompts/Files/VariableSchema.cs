using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Variables as Picoschema, with what Picoschema cannot say beside it: the way back from <see cref="SchemaVariables"/>.</summary>
internal static class VariableSchema
{
    private static readonly string[] InSchema = ["name", "type", "required", "default", "description", "options", "itemType"];

    /// <summary><c>{schema, default}</c>; a file carries no values of secrets.</summary>
    public static JsonObject Input(IReadOnlyList<VariableDefinition> variables)
    {
        var (schema, defaults) = (new JsonObject(), new JsonObject());
        foreach (var variable in variables)
        {
            var (key, value) = Field(variable);
            schema[key] = value;
            if (variable is { Secret: false, Default: { } given }) defaults[variable.Name] = JsonNode.Parse(given.GetRawText());
        }
        var input = new JsonObject { ["schema"] = schema };
        if (defaults.Count > 0) input["default"] = defaults;
        return input;
    }

    /// <summary>The same for names that are declared by use: a schema that takes others too, or defaults alone.</summary>
    public static JsonObject OpenInput(IReadOnlyList<VariableDefinition> variables)
    {
        var input = Input(variables);
        if (!variables.All(variable => variable is { Type: VariableType.Any, Default: not null, Required: false, Description: null })) input["schema"]!["(*)"] = "any";
        else input.Remove("schema");
        return input;
    }

    /// <summary>What <c>turnpike.variables</c> adds to the schema.</summary>
    public static JsonObject Refinements(IReadOnlyList<VariableDefinition> variables)
    {
        var all = new JsonObject();
        foreach (var variable in variables)
        {
            var whole = (JsonObject)JsonSerializer.SerializeToNode(variable, TurnpikeJson.Relaxed.VariableDefinition)!;
            var refined = new JsonObject();
            if (!IsNatural(variable)) refined["type"] = whole["type"]!.DeepClone();
            if (variable is { Required: true, Default: not null }) refined["required"] = true;
            foreach (var (name, value) in whole)
            {
                var isKnown = InSchema.Contains(name) && !(name == "options" && variable.Type != VariableType.Enum) && !(name == "itemType" && !IsNatural(variable));
                if (!isKnown && value is not null && value.GetValueKind() != JsonValueKind.False) refined[name] = value.DeepClone();
            }
            if (refined.Count > 0) all[variable.Name] = refined;
        }
        return all;
    }

    private static (string Key, JsonNode Value) Field(VariableDefinition variable)
    {
        var name = variable.Required ? variable.Name : variable.Name + "?";
        var about = variable.Description is { Length: > 0 } description ? $", {description}" : "";
        return variable.Type switch
        {
            VariableType.Enum when variable.Options is { Count: > 0 } options => ($"{name}(enum{about})", new JsonArray([.. options.Select(option => JsonNode.Parse(option.GetRawText()))])),
            VariableType.List when Scalar(variable.ItemType) is { } item => ($"{name}(array{about})", item),
            _ => (name, (Scalar(variable.Type) ?? "any") + about),
        };
    }

    /// <summary>Whether the schema alone says the type.</summary>
    private static bool IsNatural(VariableDefinition variable) => variable.Type switch
    {
        VariableType.String => variable.Input != "textarea",
        VariableType.Text => variable.Input == "textarea",
        VariableType.Enum => variable.Options is { Count: > 0 },
        VariableType.List => Scalar(variable.ItemType) is not null && variable.ItemType is not (VariableType.Text or VariableType.Date or VariableType.Image or VariableType.File),
        VariableType.Number or VariableType.Integer or VariableType.Boolean or VariableType.Any => true,
        _ => false,
    };

    private static string? Scalar(VariableType? type) => type switch
    {
        VariableType.String or VariableType.Text or VariableType.Date or VariableType.Image or VariableType.File => "string",
        VariableType.Number => "number",
        VariableType.Integer => "integer",
        VariableType.Boolean => "boolean",
        VariableType.Any => "any",
        _ => null,
    };
}
