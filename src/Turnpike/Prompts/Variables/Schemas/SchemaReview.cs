using System.Text.Json;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>One walk along a schema itself, to find what of it cannot be used.</summary>
internal sealed class SchemaReview(JsonElement root, FaultList faults)
{
    private const int MostPlaces = 10_000;
    private int _places;

    /// <summary>Whether keywords that are not checked here may stand in it: of a shape that a model is asked for they are the model's business.</summary>
    public bool TakesUnchecked { get; init; }

    public void Review(JsonElement schema, int depth)
    {
        if (++_places == MostPlaces) faults.Add($"is larger than {MostPlaces} schemas");
        if (_places >= MostPlaces || schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return;
        if (depth > SchemaWalk.Deepest / 2) faults.Add($"nests deeper than {SchemaWalk.Deepest / 2}");
        else if (schema.ValueKind != JsonValueKind.Object) faults.Add($"is {Given.Describe(schema)}; a schema must be an object, true or false");
        else
        {
            foreach (var keyword in schema.EnumerateObject())
            {
                faults.Enter(keyword.Name);
                Keyword(keyword.Name, keyword.Value, depth);
                faults.Leave();
            }
        }
    }

    private void Keyword(string name, JsonElement says, int depth)
    {
        switch (name)
        {
            case "items" or "not" or "additionalProperties": Review(says, depth + 1); break;
            case "properties" or "$defs" or "definitions": Members(says, depth); break;
            case "anyOf" or "oneOf" or "allOf": Alternatives(says, depth); break;
            case "$ref": Reference(says); break;
            default:
                if (Expected(name, says) is { } expected) faults.Add($"is {Given.Describe(says)}; it must be {expected}");
                break;
        }
        if (!TakesUnchecked && name is "$dynamicRef" or "$recursiveRef" or "if" or "then" or "else" or "patternProperties" or "propertyNames" or "prefixItems" or "contains" or "minContains" or "maxContains" or "additionalItems"
            or "dependentRequired" or "dependentSchemas" or "dependencies" or "unevaluatedItems" or "unevaluatedProperties") faults.Add("is not checked here; leave it out, or say it with properties, items, anyOf, oneOf, allOf or not");
    }

    private void Members(JsonElement schemas, int depth)
    {
        if (schemas.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"is {Given.Describe(schemas)}; it must be an object of schemas");
            return;
        }
        foreach (var schema in schemas.EnumerateObject())
        {
            faults.Enter(schema.Name);
            Review(schema.Value, depth + 1);
            faults.Leave();
        }
    }

    private void Alternatives(JsonElement schemas, int depth)
    {
        if (schemas.ValueKind != JsonValueKind.Array || schemas.GetArrayLength() == 0)
        {
            faults.Add($"is {Given.Describe(schemas)}; it must be a list of schemas");
            return;
        }
        var index = 0;
        foreach (var schema in schemas.EnumerateArray())
        {
            faults.Enter(index++);
            Review(schema, depth + 1);
            faults.Leave();
        }
    }

    private void Reference(JsonElement says)
    {
        if (says.ValueKind != JsonValueKind.String) faults.Add($"is {Given.Describe(says)}; it must be a text");
        else if (!SchemaReferences.TryFollow(root, says.GetString()!, out _, out var fault)) faults.Add(fault);
    }

    private static string? Expected(string keyword, JsonElement says) => keyword switch
    {
        "type" => IsTypes(says) ? null : "one or several of null, boolean, number, integer, string, array, object",
        "enum" => says.ValueKind == JsonValueKind.Array ? null : "a list",
        "required" => says.ValueKind == JsonValueKind.Array && says.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String) ? null : "a list of texts",
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" => says.ValueKind == JsonValueKind.Number ? null : "a number",
        "multipleOf" => says.ValueKind == JsonValueKind.Number && Numbers.Of(says).Rough > 0 ? null : "a number above 0",
        "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" => says.ValueKind == JsonValueKind.Number && Numbers.Of(says) is { IsWhole: true, Rough: >= 0 and <= int.MaxValue } ? null : "a whole number from 0 to 2147483647",
        "uniqueItems" => says.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false",
        "format" => says.ValueKind == JsonValueKind.String ? null : "a text",
        "pattern" => says.ValueKind == JsonValueKind.String && PatternCache.Get(says.GetString()!, whole: false).Fault is null ? null : "a regular expression of at most 1000 characters, without look-around and back-references",
        _ => null,
    };

    private static bool IsTypes(JsonElement says) => says.ValueKind == JsonValueKind.Array ? says.GetArrayLength() > 0 && says.EnumerateArray().All(IsType) : IsType(says);

    private static bool IsType(JsonElement says) => says.ValueKind == JsonValueKind.String && SchemaTypes.IsKnown(says.GetString()!);
}
