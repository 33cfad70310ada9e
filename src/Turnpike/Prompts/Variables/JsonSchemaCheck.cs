using System.Text.Json;
using Turnpike.Prompts.Variables.Schemas;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>
/// Checks values against the part of JSON Schema (2020-12) that prompts use: <c>type, properties, required, additionalProperties, items, enum, const</c>, all
/// bounds of numbers, texts, lists and objects, <c>pattern, uniqueItems, anyOf, oneOf, allOf, not</c>, <c>$ref</c> inside the schema, and
/// <c>format</c> for date, date-time, email and uri. No value and no schema makes it throw; depth (128) and work (100 000 places) are bounded.
/// </summary>
public static class JsonSchemaCheck
{
    private const int MostFaults = 20;

    /// <summary>Where a value does not fit a schema; at most 20 places, none when it fits.</summary>
    public static IReadOnlyList<JsonSchemaFault> Check(JsonElement schema, JsonElement value)
    {
        if (!IsUsable(schema)) return [new("", "cannot be checked: the schema is not valid JSON text")];
        if (!IsUsable(value)) return [new("", "is not valid JSON text")];
        var quick = new SchemaWalk(schema, null);
        if (quick.Fits(schema, value)) return [];
        if (quick.Unusable is { } unusable) return [new("", unusable)];
        var faults = new FaultList(MostFaults);
        new SchemaWalk(schema, faults).Fits(schema, value);
        return faults.Items;
    }

    /// <summary>What of a schema cannot be used: malformed keywords, assertions that are not checked here, references that lead nowhere or to the network; at most 20.</summary>
    public static IReadOnlyList<JsonSchemaFault> CheckSchema(JsonElement schema)
    {
        if (!IsUsable(schema)) return [new("", "is not valid JSON text")];
        var faults = new FaultList(MostFaults);
        new SchemaReview(schema, faults).Review(schema, 0);
        return faults.Items;
    }

    /// <summary>What of the schema of an answer no model can be asked for: it must be an object, and no keyword malformed; at most 20.</summary>
    internal static IReadOnlyList<JsonSchemaFault> CheckShape(JsonElement schema)
    {
        if (!IsUsable(schema)) return [new("", "is not valid JSON text")];
        if (schema.ValueKind != JsonValueKind.Object) return [new("", $"is {Given.Describe(schema)}; it must be an object")];
        var faults = new FaultList(MostFaults);
        new SchemaReview(schema, faults) { TakesUnchecked = true }.Review(schema, 0);
        return faults.Items;
    }

    private static bool IsUsable(JsonElement value) => value.ValueKind != JsonValueKind.Undefined && JsonElements.IsReadable(value);
}
