using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>Variables that had other names where a prompt was imported from: whoever asks for it by the id that it had there may go on giving them by these.</summary>
internal static class ForeignVariables
{
    /// <summary>The member of a prompt's metadata with the names: theirs → ours.</summary>
    public const string Member = "importedNames";

    /// <summary>The request with the names of here.</summary>
    public static TurnRequest Read(TurnRequest request, Prompt? prompt)
    {
        if (request.Variables.Count == 0 || prompt?.ImportedFrom is not { } from || request.Prompt?.Id != from || prompt.Metadata?[Member] is not JsonObject names) return request;
        var variables = new Dictionary<string, JsonElement>(request.Variables.Count);
        foreach (var (name, value) in request.Variables) variables.TryAdd(names[name] is JsonValue ours && ours.TryGetValue<string>(out var known) && !request.Variables.ContainsKey(known) ? known : name, value);
        return request with { Variables = variables };
    }
}
