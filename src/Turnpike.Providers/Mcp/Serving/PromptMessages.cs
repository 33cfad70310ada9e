using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Prompts for MCP clients: their arguments, and the messages that a first turn would send.</summary>
internal sealed class PromptMessages(IPromptStore prompts, TurnRunner runner, SealedState sealing)
{
    private const string Placeholder = "\u2063input\u2063"; // stands for what is typed; it is taken out again

    public static JsonObject Describe(Prompt prompt)
    {
        var described = new JsonObject { ["name"] = prompt.Key };
        if (prompt.Title is { } title) described["title"] = title;
        if (prompt.Description is { } about) described["description"] = about;
        described["arguments"] = new JsonArray([.. prompt.Variables.Select(variable =>
        {
            var argument = new JsonObject { ["name"] = variable.Name };
            if (variable.Label is { } label) argument["title"] = label;
            if (variable.Description is { } description) argument["description"] = description;
            argument["required"] = variable is { Required: true, Default: null };
            return (JsonNode?)argument;
        })]);
        if (prompt.Version is { } version) described["_meta"] = new JsonObject { ["turnpike/version"] = version };
        return described;
    }

    public async Task<JsonObject> GetAsync(McpCall call, CancellationToken cancellationToken)
    {
        var reference = PromptReference.Parse(call.Text("name"));
        var prompt = (KeyScope.AllowsPrompt(reference.Id!) ? await prompts.FindAsync(reference.Id!, reference.Version, cancellationToken) : null) ?? throw new McpError(McpError.Params, $"There is no prompt \"{reference}\".");
        var values = Values(prompt, call.Object("arguments"));
        if (call.Params["requestState"] is not null) foreach (var (name, value) in Asked(call)) values[name] = value;
        var brings = PromptToolSchema.HasUserMessage(prompt);
        try
        {
            var request = new TurnRequest { Prompt = reference, Variables = values, Content = brings ? "" : Placeholder, User = call.Caller.User, Organization = call.Caller.Organization, OnAsk = ToolDecision.Deny, Triggers = McpCall.Triggers };
            var prepared = (await PreviewAsync(request, cancellationToken)).Shown();
            var answer = new JsonObject();
            if ((prompt.Description ?? prompt.Title) is { } about) answer["description"] = about;
            var bound = new BoundResources(prompt, prepared.Added);
            answer["messages"] = new JsonArray([.. bound.Apart(prepared.Request.Messages).SelectMany(message => Messages(message, bound))]);
            return answer;
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.VariableMissing && call.CanElicit)
        {
            return Ask(prompt, error, call);
        }
    }

    /// <summary>The preview; of a prompt whose user's message is nothing but what is typed, with something that stands for it.</summary>
    private async Task<PreparedTurn> PreviewAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await runner.PreviewAsync(request, cancellationToken);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.ContentMissing && string.IsNullOrWhiteSpace(request.Content))
        {
            return await runner.PreviewAsync(request with { Content = Placeholder }, cancellationToken);
        }
    }

    /// <summary>Values of a prompt's variables from the texts that clients send.</summary>
    private static Dictionary<string, JsonElement> Values(Prompt prompt, JsonObject arguments)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
        {
            if (value is not JsonValue text || !text.TryGetValue<string>(out var given)) throw new McpError(McpError.Params, $"Argument \"{name}\" must be a text.");
            var type = prompt.Variables.FirstOrDefault(variable => variable.Name == name)?.Type;
            values[name] = type is VariableType.List or VariableType.Object or VariableType.Messages && Parsed(given) is { } parsed ? parsed : JsonSerializer.SerializeToElement(given, Turns.Json.TurnpikeJson.Relaxed.String);
        }
        return values;
    }

    private static JsonElement? Parsed(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Dictionary<string, JsonElement> Asked(McpCall call)
    {
        sealing.Open(call);
        if (call.Object("inputResponses")["variables"] is not JsonObject response || McpCall.Said(response, "action") != "accept" || response["content"] is not JsonObject content)
            throw new McpError(McpError.Params, "The values that the prompt needs were not given.", new() { ["code"] = "variable_missing" });
        return content.ToDictionary(pair => pair.Key, pair => JsonElement.Parse(pair.Value?.ToJsonString() ?? "null"));
    }

    private JsonObject Ask(Prompt prompt, TurnException error, McpCall call)
    {
        var missing = error.Variables.Where(fault => fault.Code is null or "variable_missing").Select(fault => fault.Name).ToHashSet(StringComparer.Ordinal);
        var properties = new JsonObject();
        foreach (var variable in prompt.Variables.Where(variable => missing.Contains(variable.Name))) properties[variable.Name] = Flat(variable);
        return new()
        {
            ["resultType"] = "input_required",
            ["inputRequests"] = new JsonObject
            {
                ["variables"] = new JsonObject
                {
                    ["method"] = "elicitation/create",
                    ["params"] = new JsonObject
                    {
                        ["mode"] = "form",
                        ["message"] = $"The prompt \"{prompt.Key}\" needs {string.Join(", ", missing)}.",
                        ["requestedSchema"] = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. missing.Select(name => (JsonNode?)name)]) },
                    },
                },
            },
            ["requestState"] = sealing.Seal(call, new() { ["asked"] = true }),
        };
    }

    /// <summary>A variable as forms know it: texts, numbers, truths and choices only.</summary>
    private static JsonObject Flat(VariableDefinition variable)
    {
        var schema = PromptToolSchema.Of(variable);
        if (schema["enum"] is not null) schema["type"] = "string";
        if ((string?)schema["type"] is not ("string" or "number" or "integer" or "boolean")) schema = new() { ["type"] = "string" };
        schema.Remove("pattern");
        return schema;
    }

    private static IEnumerable<JsonNode?> Messages(ChatMessage message, BoundResources bound)
    {
        var role = message.Role == ChatRole.Assistant ? "assistant" : "user";
        foreach (var part in message.Contents)
        {
            if ((bound.Content(part) ?? Content(part)) is not { } content) continue;
            if (message.Role == ChatRole.System) content["_meta"] = new JsonObject { ["turnpike/role"] = "system" };
            yield return new JsonObject { ["role"] = role, ["content"] = content };
        }
    }

    private static JsonObject? Content(AIContent part)
    {
        switch (part)
        {
            case TextContent { Text: var text }:
                var said = text.Replace(Placeholder, "", StringComparison.Ordinal);
                return said.Trim().Length == 0 ? null : new() { ["type"] = "text", ["text"] = said };
            case DataContent data when data.HasTopLevelMediaType("image"):
                return new() { ["type"] = "image", ["data"] = data.Base64Data.ToString(), ["mimeType"] = data.MediaType };
            case DataContent data when data.HasTopLevelMediaType("audio"):
                return new() { ["type"] = "audio", ["data"] = data.Base64Data.ToString(), ["mimeType"] = data.MediaType };
            case DataContent data:
                return new() { ["type"] = "resource", ["resource"] = new JsonObject { ["uri"] = "turnpike://inline", ["mimeType"] = data.MediaType, ["blob"] = data.Base64Data.ToString() } };
            case UriContent uri:
                return new() { ["type"] = "resource_link", ["uri"] = uri.Uri.ToString(), ["name"] = uri.Uri.ToString(), ["mimeType"] = uri.MediaType };
            default:
                return null;
        }
    }
}
