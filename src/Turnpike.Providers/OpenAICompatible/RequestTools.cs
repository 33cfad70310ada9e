using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>; nothing of them when no function is offered.</summary>
internal static class RequestTools
{
    public static void Write(RequestMembers body, Utf8JsonWriter json, ChatOptions options, ToolNames names)
    {
        if (options.Tools?.FirstOrDefault(tool => tool is not (AIFunctionDeclaration or HostedWebSearchTool)) is { } foreign)
        {
            throw new TurnException(TurnErrorCode.ToolUnknown,
                $"The tool \"{foreign.Name}\" ({foreign.GetType().Name}) does not exist in the chat completions protocol. Leave it out, or offer a function.");
        }
        if (options.Tools?.Any(tool => tool is AIFunctionDeclaration) is not true) return;
        if (body.Starts("tools"))
        {
            json.WriteStartArray();
            foreach (var tool in options.Tools.OfType<AIFunctionDeclaration>()) WriteTool(json, tool, names);
            json.WriteEndArray();
        }
        if (options.ToolMode is not null && body.Starts("tool_choice")) WriteChoice(json, options.ToolMode, names);
        body.Flag("parallel_tool_calls", options.AllowMultipleToolCalls);
    }

    private static void WriteTool(Utf8JsonWriter json, AIFunctionDeclaration tool, ToolNames names)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, names.Out(tool.Name));
        if (tool.Description.Length > 0) json.WriteString("description"u8, tool.Description);
        json.WritePropertyName("parameters"u8);
        (ToolSchemas.Instead(tool.JsonSchema) ?? tool.JsonSchema).WriteTo(json);
        if (tool.AdditionalProperties.TryGetValue("strict", out var strict) && strict is bool flag && ToolSchemas.LeftOut(tool.JsonSchema).Count == 0) json.WriteBoolean("strict"u8, flag);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatToolMode mode, ToolNames names)
    {
        if (mode is not RequiredChatToolMode { RequiredFunctionName: { } name })
        {
            json.WriteStringValue(mode switch { NoneChatToolMode => "none"u8, RequiredChatToolMode => "required"u8, _ => "auto"u8 });
            return;
        }
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, names.Out(name));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
