using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Drafts;

/// <summary>What a prompt says of a turn's settings.</summary>
internal static class PromptLayer
{
    /// <summary>The layer of a prompt; its system text is rendered later, and stands where the layer stands.</summary>
    public static SettingsLayer Of(Prompt prompt, string name)
    {
        var parameters = prompt.Parameters ?? TurnParameters.None;
        if (prompt.Output is { } output && parameters.ResponseFormat is null) parameters = parameters with { ResponseFormat = Format(output) };
        return new() { Name = name, Model = prompt.Model, Parameters = parameters, Tools = prompt.ClientTools is { Count: > 0 } own ? prompt.ToolSelection.Activate([.. own.Select(tool => tool.Name)]) : prompt.ToolSelection, Rules = NameSelection.Adding(prompt.Rules), Approval = prompt.Approval ?? new Dictionary<string, ToolDecision>() };
    }

    private static JsonObject? Format(PromptOutput output) => output switch
    {
        { Schema: { ValueKind: not JsonValueKind.Null } schema } => new() { ["type"] = "json_schema", ["schema"] = JsonNode.Parse(schema.GetRawText()) },
        { Format: "json" } => new() { ["type"] = "json_object" },
        _ => null,
    };
}
