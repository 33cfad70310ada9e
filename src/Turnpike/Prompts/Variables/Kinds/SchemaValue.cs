using System.Text.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>Checks a value against the definition's schema, if it has one.</summary>
internal static class SchemaValue
{
    public static CoercedValue Check(VariableDefinition definition, JsonElement value)
    {
        if (definition.Schema is not { ValueKind: not JsonValueKind.Null } schema) return new(value);
        var faults = JsonSchemaCheck.Check(schema, value);
        if (faults.Count == 0) return new(value);
        if (definition.Secret) return new(value, "does not fit its schema");
        var more = faults.Count == 1 ? "" : $" (and {Given.Count(faults.Count - 1, "more fault")})";
        return new(value, $"does not fit its schema: {faults[0]}{more}");
    }
}
