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
internal sealed class PromptMessages(IPromptStore prompts, TurnRunner runner, VariableForm form)
{
    private const string Placeholder = "\u2063input\u2063"; // stands for what is typed; it is taken out again

    /// <summary>Whether a prompt is offered as one: unless it says no.</summary>
    public static bool IsServed(Prompt prompt) => prompt.Mcp?.Prompt != false;

    /// <summary>A prompt that is offered to the key of the request; one that its default version closes is closed in every version.</summary>
    /// <exception cref="McpError">There is none.</exception>
    public async Task<Prompt> FindAsync(PromptReference reference, CancellationToken cancellationToken)
    {
        var found = KeyScope.AllowsPrompt(reference.Id ?? "") ? await prompts.FindAsync(reference.Id!, reference.Version, cancellationToken) : null;
        var open = found is not null && IsServed(found) && (reference.Version is null || await prompts.FindAsync(found.Key, null, cancellationToken) is not { } now || IsServed(now));
        return open ? found! : throw new McpError(McpError.Params, $"There is no prompt \"{reference}\".");
    }

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
        var prompt = await FindAsync(reference, cancellationToken);
        var values = Values(prompt, call.Object("arguments"));
        if (call.Params["requestState"] is not null) foreach (var (name, value) in form.Read(prompt, call)) values[name] = value;
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
            return form.Ask(prompt, [.. error.Variables.Where(fault => fault.Code is null or "variable_missing").Select(fault => fault.Name)], call);
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
            values[name] = type is VariableType.List or VariableType.Object or VariableType.Messages && VariableForm.Parsed(given) is { } parsed ? parsed : JsonSerializer.SerializeToElement(given, Turns.Json.TurnpikeJson.Relaxed.String);
        }
        return values;
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
