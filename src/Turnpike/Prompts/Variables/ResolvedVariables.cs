using System.Text.Json;
using Turnpike.Prompts.Templates;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>The variables of a turn, each with its value and all its layers.</summary>
public sealed class ResolvedVariables(IReadOnlyList<ResolvedVariable> variables, IReadOnlyList<string> inferred)
{
    /// <summary>The variables, declared ones first.</summary>
    public IReadOnlyList<ResolvedVariable> All => variables;

    /// <summary>Names that were used without being declared, in a prompt that infers them.</summary>
    public IReadOnlyList<string> Inferred => inferred;

    /// <summary>The values as templates see them: media and messages as such, everything else as it is; a variable without a value is absent.</summary>
    internal Dictionary<string, object?> ForTemplates()
    {
        var values = new Dictionary<string, object?>(variables.Count, StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            if (variable.Value is { } value) values[variable.Definition.Name] = ForTemplate(variable.Definition.Type, value);
        }
        return values;
    }

    /// <summary>Writes <c>{name: {value, layer, why, layers: [{layer, value}]}}</c>, secrets masked.</summary>
    public void Explain(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (var variable in variables)
        {
            writer.WriteStartObject(variable.Definition.Name);
            writer.WritePropertyName("value");
            Write(writer, variable, variable.Value);
            writer.WriteString("layer", variable.Layer);
            writer.WriteString("why", variable.Why);
            writer.WriteStartArray("layers");
            foreach (var (layer, value) in variable.Layers)
            {
                writer.WriteStartObject();
                writer.WriteString("layer", layer);
                writer.WritePropertyName("value");
                Write(writer, variable, value);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ResolvedVariable variable, JsonElement? value) =>
        JsonValues.Write(writer, value is null ? null : variable.Definition.Secret ? ResolvedVariable.Mask : value);

    private static object? ForTemplate(VariableType type, JsonElement value) => type switch
    {
        VariableType.Image or VariableType.File when value.ValueKind == JsonValueKind.String => new MediaValue(value.GetString()!, null),
        VariableType.Messages => new MessagesValue(value),
        _ => TemplateValues.Plain(value),
    };
}
