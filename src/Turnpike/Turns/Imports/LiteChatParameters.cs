using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Imports;

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
            var safe = given.ValueKind == JsonValueKind.Object && parameter.Name == "providerOptions" ? FoundPrompt.Element(ImportSecrets.Without(JsonObject.Create(given), $"parameter {name}", notes.Changed)!) : given;
            return parameter.With(parameters, parameter.Parse(safe));
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
