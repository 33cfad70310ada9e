using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Models;

namespace Turnpike.Providers.Echo;

/// <summary>The parameters of a request that have a value, by their names in a turn request.</summary>
internal static class EchoParameters
{
    public static IEnumerable<(string Name, string Value)> Of(ChatOptions options)
    {
        (string Name, object? Value)[] all =
        [
            ("temperature", options.Temperature),
            ("topP", options.TopP),
            ("topK", options.TopK),
            ("maxOutputTokens", options.MaxOutputTokens),
            ("presencePenalty", options.PresencePenalty),
            ("frequencyPenalty", options.FrequencyPenalty),
            ("seed", options.Seed),
            ("stop", options.StopSequences is { Count: > 0 } stops ? string.Join(", ", stops) : null),
            ("reasoningEffort", Extra(options, ModelOptionKeys.ReasoningEffort) ?? options.Reasoning?.Effort),
            ("verbosity", Extra(options, ModelOptionKeys.Verbosity)),
            ("responseFormat", options.ResponseFormat switch { ChatResponseFormatJson { Schema: { } schema } => schema, ChatResponseFormatJson => "JSON", _ => null }),
            ("toolChoice", options.ToolMode switch { RequiredChatToolMode { RequiredFunctionName: { } name } => name, RequiredChatToolMode => "required", NoneChatToolMode => "none", _ => null }),
            ("parallelToolCalls", options.AllowMultipleToolCalls),
            ("webSearch", Extra(options, ModelOptionKeys.WebSearch)),
            ("providerOptions", (Extra(options, ModelOptionKeys.ProviderOptions) as JsonObject)?.ToJsonString()),
        ];
        return all.Where(pair => pair.Value is not null).Select(pair => (pair.Name, Convert.ToString(pair.Value, CultureInfo.InvariantCulture)!));
    }

    private static object? Extra(ChatOptions options, string key) => options.AdditionalProperties?.GetValueOrDefault(key);
}
