using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Turnpike.Models;

namespace Turnpike.Providers.Anthropic;

/// <summary>The options of a request as the SDK sends them whole.</summary>
internal static class AnthropicRequest
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    /// <summary>A copy of the options, with what the SDK has no member for as raw members of the body; provider options come last and win.</summary>
    public static ChatOptions Of(ChatOptions? given, AnthropicOptions server, string model, ToolNames names)
    {
        var options = given?.Clone() ?? new();
        if (options.ResponseFormat is ChatResponseFormatJson format) options.ResponseFormat = AnswerSchema.Of(format, server.Name);
        options.ModelId = model;
        options.MaxOutputTokens ??= server.MaxOutputTokens + RoomFor(options.Reasoning?.Effort);
        if (options.AdditionalProperties?.GetValueOrDefault(ModelOptionKeys.WebSearch) is true && options.Tools?.Any(tool => tool is HostedWebSearchTool) is not true)
            options.Tools = [.. options.Tools ?? [], new HostedWebSearchTool()];
        options.Tools = options.Tools?.Select(tool => tool is AIFunctionDeclaration function ? ToldTool.Of(function, names.Out(tool.Name)) : tool).ToList();
        if (options.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } required }) options.ToolMode = ChatToolMode.RequireSpecific(names.Out(required));
        // The SDK tells "one call at a time" only beside a tool choice.
        if (options is { AllowMultipleToolCalls: not null, ToolMode: null, Tools.Count: > 0 }) options.ToolMode = ChatToolMode.Auto;
        var raw = RawMembers(options);
        if (raw.Count > 0) options.RawRepresentationFactory = _ => MessageCreateParams.FromRawUnchecked(Nothing, Nothing, Body(options, model, raw));
        return options;
    }

    private static Dictionary<string, JsonElement> RawMembers(ChatOptions options)
    {
        var members = new Dictionary<string, JsonElement>();
        if (options.Temperature is { } temperature) members["temperature"] = JsonSerializer.SerializeToElement(temperature);
        if (options.TopP is { } topP) members["top_p"] = JsonSerializer.SerializeToElement(topP);
        if (options.TopK is { } topK) members["top_k"] = JsonSerializer.SerializeToElement(topK);
        foreach (var (name, value) in options.AdditionalProperties?.GetValueOrDefault(ModelOptionKeys.ProviderOptions) as JsonObject ?? [])
        {
            if (name != VendorMembers.SearchOptions && !VendorMembers.Names.Contains(name)) members[name] = JsonSerializer.SerializeToElement(value);
        }
        return members;
    }

    private static Dictionary<string, JsonElement> Body(ChatOptions options, string model, Dictionary<string, JsonElement> raw)
    {
        var body = new Dictionary<string, JsonElement>
        {
            ["model"] = JsonSerializer.SerializeToElement(model),
            ["max_tokens"] = JsonSerializer.SerializeToElement(options.MaxOutputTokens),
            ["messages"] = JsonElement.Parse("[]"),
        };
        foreach (var (name, value) in raw) body[name] = value;
        return body;
    }

    /// <summary>Tokens for thinking, which count as output: without them a thorough model would end before it answers.</summary>
    private static int RoomFor(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.Low => 4096,
        ReasoningEffort.Medium => 8192,
        ReasoningEffort.High => 16384,
        ReasoningEffort.ExtraHigh => 32768,
        _ => 0,
    };
}
