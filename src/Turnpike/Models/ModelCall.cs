using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Models;

/// <summary>Turns our parameters and tools into the options of a chat client.</summary>
internal static class ModelCall
{
    private const int MostShown = 5;
    private static readonly ConditionalWeakTable<AIFunction, AIFunctionDeclaration> Declared = []; // a client that calls tools itself must not: they are called here. One object a tool, for providers' SDKs remember what they made of it

    public static ChatOptions Options(TurnParameters parameters, OfferedTools tools, ModelInfo? model)
    {
        var options = new ChatOptions
        {
            Temperature = (float?)parameters.Temperature,
            TopP = (float?)parameters.TopP,
            TopK = parameters.TopK,
            MaxOutputTokens = parameters.MaxOutputTokens,
            PresencePenalty = (float?)parameters.PresencePenalty,
            FrequencyPenalty = (float?)parameters.FrequencyPenalty,
            Seed = parameters.Seed,
            StopSequences = parameters.Stop is { } stop ? [.. stop] : null,
            ResponseFormat = ShapedAnswer.IsNative(model) ? Format(parameters.ResponseFormat) : null,
        };
        if (options.ResponseFormat is ChatResponseFormatJson { Schema: not null } && (parameters.ResponseFormat?["strict"] as JsonValue)?.TryGetValue<bool>(out var strict) == true && strict) options.AdditionalProperties = new() { ["strict"] = true };
        if (tools.All.Count > 0)
        {
            options.Tools = [.. tools.All.Select(tool => Declared.GetValue(tool.Function, function => function.AsDeclarationOnly()))];
            options.AllowMultipleToolCalls = parameters.ParallelToolCalls;
            options.ToolMode = parameters.ToolChoice switch
            {
                null => null,
                "auto" => ChatToolMode.Auto,
                "none" => ChatToolMode.None,
                "required" => ChatToolMode.RequireAny,
                var name => ChatToolMode.RequireSpecific(Forced(name, tools)),
            };
        }
        if (parameters.ReasoningEffort is { } effort)
        {
            options.Reasoning = new() { Effort = Effort(effort) };
            (options.AdditionalProperties ??= [])[ModelOptionKeys.ReasoningEffort] = effort;
        }
        if (parameters.Verbosity is { } verbosity) (options.AdditionalProperties ??= [])[ModelOptionKeys.Verbosity] = verbosity;
        if (parameters.ProviderOptions is { } more) (options.AdditionalProperties ??= [])[ModelOptionKeys.ProviderOptions] = more;
        if (parameters.WebSearch == true) (options.AdditionalProperties ??= [])[ModelOptionKeys.WebSearch] = true;
        return options;
    }

    /// <summary>The name for the model of the tool that must be called.</summary>
    private static string Forced(string name, OfferedTools tools)
    {
        if (ToolGlob.Meant(name, tools.All) is [var tool]) return tool.Function.Name;
        if (tools.Find(name) is { } known) return known.Function.Name;
        throw new TurnException(TurnErrorCode.ToolUnknown, $"\"toolChoice\" is \"{name}\", and that is none of the tools that the turn offers: {string.Join(", ", tools.All.Take(MostShown).Select(tool => tool.Name))}{(tools.All.Count > MostShown ? ", …" : "")}.") { Field = "parameters.toolChoice" };
    }

    private static ReasoningEffort? Effort(string effort) => effort switch
    {
        "none" => ReasoningEffort.None,
        "minimal" or "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        _ => ReasoningEffort.ExtraHigh,
    };

    private static ChatResponseFormat? Format(JsonObject? format) => (string?)format?["type"] switch
    {
        "text" => ChatResponseFormat.Text,
        "json_object" => ChatResponseFormat.Json,
        "json_schema" => ChatResponseFormat.ForJsonSchema(JsonSerializer.SerializeToElement(format!["schema"], Turns.Json.TurnpikeJson.Relaxed.JsonObject), (string?)format["name"] ?? "answer", (string?)format["description"]),
        _ => null,
    };
}
