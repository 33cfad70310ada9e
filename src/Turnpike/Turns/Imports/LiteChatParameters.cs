using System.Text.Json;

namespace Turnpike.Turns.Imports;

/// <summary>Parameters of another system through our alias table; what does not fit is noted and left out.</summary>
internal static class LiteChatParameters
{
    public static TurnParameters With(TurnParameters parameters, string name, JsonElement? value, ImportItemNotes notes)
    {
        if (value is not { } given) return parameters;
        if (ParameterTable.Find(name) is not { } parameter)
        {
            notes.Changed($"parameter \"{name}\" is not kept: nothing here knows it");
            return parameters;
        }
        try
        {
            return parameter.With(parameters, parameter.Parse(given));
        }
        catch (TurnException error)
        {
            notes.Changed($"parameter \"{name}\" is not kept: {error.Message}");
            return parameters;
        }
    }

    public static TurnParameters Of(JsonElement? value, ImportItemNotes notes)
    {
        var parameters = TurnParameters.None;
        if (value is not { ValueKind: JsonValueKind.Object } given) return parameters;
        foreach (var member in given.EnumerateObject()) parameters = With(parameters, member.Name, member.Value.ValueKind == JsonValueKind.Null ? null : member.Value, notes);
        return parameters;
    }
}
