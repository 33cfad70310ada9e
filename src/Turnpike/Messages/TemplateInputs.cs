using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;

namespace Turnpike.Messages;

/// <summary>Values of variables as templates see them: media and messages as such, everything else as it is.</summary>
internal static class TemplateInputs
{
    public static Dictionary<string, object?> Of(VariableNeeds needs, ResolvedVariables resolved)
    {
        var values = new Dictionary<string, object?>(needs.Slots.Length, StringComparer.Ordinal);
        foreach (var slot in needs.Slots)
        {
            if (resolved.Values.TryGetValue(slot.Definition.Name, out var value)) values[slot.Definition.Name] = Of(slot.Definition.Type, value);
        }
        return values;
    }

    private static object? Of(VariableType type, JsonElement value) => type switch
    {
        VariableType.Image or VariableType.File when Prompts.Variables.Kinds.MediaValue.Of(value) is var (url, detail, name) => new MediaValue(url, type == VariableType.File ? Resources.PromptMedia.AnyFile : null) { Detail = detail, Name = name },
        VariableType.Messages => new MessagesValue(value),
        _ => TemplateValues.Plain(value),
    };
}
