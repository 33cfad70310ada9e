using System.Text.Json;
using Turnpike.Prompts.Variables.Kinds;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>Turns a value into what its variable's type wants, and checks the constraints. No value makes it throw.</summary>
public static class VariableCheck
{
    /// <summary>Coerces and checks one value; null means "not set" and stays null.</summary>
    /// <param name="definition">The variable.</param>
    /// <param name="value">What was given for it.</param>
    public static CoercedValue Coerce(VariableDefinition definition, JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return new(JsonElements.Null);
        if (!JsonElements.IsReadable(value)) return new(value, "holds text that is not valid Unicode; send it as UTF-8, without escapes of half a character");
        if (!IsReadable(definition)) return Unusable(value, "a part of it is not valid Unicode or not JSON");
        return definition.Type == VariableType.List ? ListValue.Coerce(definition, value) : One(definition, definition.Type, value);
    }

    /// <summary>Checks a value, or an item of a list; the lengths of a list's definition count its items, not its items' letters.</summary>
    internal static CoercedValue One(VariableDefinition definition, VariableType type, JsonElement value) => type switch
    {
        VariableType.String or VariableType.Text => EnumValue.Among(definition, type, TextValue.Coerce(definition, type, value), value),
        VariableType.Number or VariableType.Integer => EnumValue.Among(definition, type, NumberValue.Coerce(definition, type, value), value),
        VariableType.Boolean => BooleanValue.Coerce(definition, type, value),
        VariableType.Enum => EnumValue.Coerce(definition, type, value),
        VariableType.List => value.ValueKind == JsonValueKind.Array ? SchemaValue.Check(definition, value) : Fault(definition, type, value),
        VariableType.Object => ObjectValue.Coerce(definition, type, value),
        VariableType.Date => DateValue.Coerce(definition, type, value),
        VariableType.Image or VariableType.File => MediaValue.Coerce(definition, type, value),
        VariableType.Messages => MessagesValue.Coerce(definition, type, value),
        _ => SchemaValue.Check(definition, value),
    };

    private static bool IsReadable(VariableDefinition definition)
    {
        static bool Fine(JsonElement? part) => part is not { } value || (value.ValueKind != JsonValueKind.Undefined && JsonElements.IsReadable(value));
        if (!Fine(definition.Min) || !Fine(definition.Max) || !Fine(definition.Schema)) return false;
        if (definition.Options is not { } options) return true;
        for (var i = 0; i < options.Count; i++) if (!Fine(options[i])) return false;
        return true;
    }

    /// <summary>The one form of a fault: what it is, what it must be.</summary>
    internal static CoercedValue Fault(VariableDefinition definition, VariableType type, JsonElement value) =>
        new(value, $"is {Given.Describe(value, definition.Secret)}; it must be {Expected.Of(definition, type)}");

    /// <summary>A fault of the prompt, not of the value.</summary>
    internal static CoercedValue Unusable(JsonElement value, string why) => new(value, $"cannot be checked: {why}; correct the variable's definition");
}
