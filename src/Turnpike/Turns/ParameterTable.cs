using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>All parameters with their aliases and ranges: the one table that requests, prompts, files, triggers and forms are read by.</summary>
public static class ParameterTable
{
    /// <summary>All parameters, in the order in which they are written.</summary>
    public static IReadOnlyList<ParameterDescriptor> All { get; } =
    [
        ParameterDescriptor.Number("temperature", ["temp"], 0, 2, p => p.Temperature, (p, v) => p with { Temperature = v }),
        ParameterDescriptor.Number("topP", ["top_p"], 0, 1, p => p.TopP, (p, v) => p with { TopP = v }),
        ParameterDescriptor.Whole("topK", ["top_k"], 1, int.MaxValue, p => p.TopK, (p, v) => p with { TopK = (int?)v }),
        ParameterDescriptor.Whole("maxOutputTokens", ["max_output_tokens", "maxTokens", "max_tokens", "max_completion_tokens", "maxCompletionTokens", "tokens"], 1, int.MaxValue, p => p.MaxOutputTokens, (p, v) => p with { MaxOutputTokens = (int?)v }),
        ParameterDescriptor.Number("presencePenalty", ["presence_penalty", "presence"], -2, 2, p => p.PresencePenalty, (p, v) => p with { PresencePenalty = v }),
        ParameterDescriptor.Number("frequencyPenalty", ["frequency_penalty", "frequency"], -2, 2, p => p.FrequencyPenalty, (p, v) => p with { FrequencyPenalty = v }),
        ParameterDescriptor.Whole("seed", [], long.MinValue, long.MaxValue, p => p.Seed, (p, v) => p with { Seed = v }),
        new("stop", ["stopSequences", "stop_sequences", "stopWords"], "a text or a list of 1 to 16 texts, none empty", Stop, p => p.Stop, (p, v) => p with { Stop = (IReadOnlyList<string>?)v }) { Types = ["string", "array"] },
        ParameterDescriptor.Word("reasoningEffort", ["reasoning_effort", "effort"], ["none", "minimal", "low", "medium", "high", "xhigh", "max"], p => p.ReasoningEffort, (p, v) => p with { ReasoningEffort = v }),
        ParameterDescriptor.Word("verbosity", [], ["low", "medium", "high"], p => p.Verbosity, (p, v) => p with { Verbosity = v }),
        new("responseFormat", ["response_format"], "an object whose \"type\" is text, json_object or json_schema (then with \"schema\")", value => value.ValueKind == JsonValueKind.Object ? ResponseFormat.Of(JsonObject.Create(JsonElements.Once(value))!) : null, p => p.ResponseFormat, (p, v) => p with { ResponseFormat = (JsonObject?)v }) { Types = ["object"] },
        new("toolChoice", ["tool_choice"], "auto, none, required or a tool's name", ToolChoice, p => p.ToolChoice, (p, v) => p with { ToolChoice = (string?)v }) { Types = ["string", "object"] },
        ParameterDescriptor.Truth("parallelToolCalls", ["parallel_tool_calls"], p => p.ParallelToolCalls, (p, v) => p with { ParallelToolCalls = v }),
        ParameterDescriptor.Whole("maxSteps", ["max_steps"], 1, 128, p => p.MaxSteps, (p, v) => p with { MaxSteps = (int?)v }),
        ParameterDescriptor.Object("budget", [], "an object of \"calls\", \"tokens\", \"cost\" and \"seconds\", each a number above 0, \"calls\" a whole one up to 2147483647", BudgetParameter.Fits, p => p.Budget, (p, v) => p with { Budget = v }),
        ParameterDescriptor.Object("providerOptions", ["provider_options"], "an object", _ => true, p => p.ProviderOptions, (p, v) => p with { ProviderOptions = v }),
        ParameterDescriptor.Truth("webSearch", ["web_search"], p => p.WebSearch, (p, v) => p with { WebSearch = v }),
    ];

    private static readonly FrozenDictionary<string, ParameterDescriptor> ByName =
        All.SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name).Select(name => (name, parameter))).ToFrozenDictionary(pair => pair.name, pair => pair.parameter, StringComparer.OrdinalIgnoreCase);

    /// <summary>The parameter of this name or alias, without case; null when there is none.</summary>
    public static ParameterDescriptor? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The parameter of this name or alias, without case.</summary>
    /// <exception cref="TurnException"><c>parameter_unknown</c>, with the nearest name.</exception>
    public static ParameterDescriptor Get(string name) =>
        Find(name) ?? throw new TurnException(TurnErrorCode.ParameterUnknown, $"There is no parameter \"{name}\".{Nearest.Hint(name, ByName.Keys)} Members that only the provider knows go into \"providerOptions\".") { Field = "parameters." + name };

    /// <summary>Reads a JSON object of parameters, by names and aliases.</summary>
    /// <exception cref="TurnException"><c>parameter_unknown</c> or <c>parameter_invalid</c>.</exception>
    public static TurnParameters Read(JsonElement value)
    {
        var parameters = ReadKept(value);
        OwnMembers.Check(parameters, "parameters");
        return parameters;
    }

    /// <summary>Reads parameters that were perhaps kept before some of their provider options were refused.</summary>
    /// <exception cref="TurnException"><c>parameter_unknown</c> or <c>parameter_invalid</c>.</exception>
    internal static TurnParameters ReadKept(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return TurnParameters.None;
        if (value.ValueKind != JsonValueKind.Object) throw new TurnException(TurnErrorCode.ParameterInvalid, "\"parameters\" must be an object.") { Field = "parameters" };
        var parameters = TurnParameters.None;
        foreach (var member in value.EnumerateObject())
        {
            var parameter = Get(member.Name);
            var parsed = parameter.ParseKept(member.Value);
            if (parsed is not null && parameter.Of(parameters) is { } other && !AreSame(other, parsed))
                throw new TurnException(TurnErrorCode.ParameterInvalid, $"Parameter \"{parameter.Name}\" is given under two names with two values; \"{member.Name}\" is one of them. Leave one out.") { Field = "parameters." + member.Name };
            if (parsed is not null) parameters = parameter.With(parameters, parsed); // null says nothing, also not against another name
        }
        return parameters;
    }

    private static bool AreSame(object one, object other) => (one, other) switch
    {
        (JsonObject json, JsonObject another) => ForeignJson.AreSame(json, another),
        (IReadOnlyList<string> texts, IReadOnlyList<string> others) => texts.SequenceEqual(others, StringComparer.Ordinal),
        _ => one.Equals(other),
    };

    /// <summary>A word or a tool's name; the object that OpenAI and Anthropic force a tool with is read too.</summary>
    private static string? ToolChoice(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object ? function : value).TryGetProperty("name", out var name)) value = name;
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 200 } choice ? choice : null;
    }

    private static string[]? Stop(JsonElement value)
    {
        var texts = value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => value.EnumerateArray().Select(item => item.GetString()!).ToArray(),
            _ => [],
        };
        return texts.Length is >= 1 and <= 16 && texts.All(text => text.Length > 0) ? texts : null;
    }
}
