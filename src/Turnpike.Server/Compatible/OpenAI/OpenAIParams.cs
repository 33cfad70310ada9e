using Turnpike.Server.Http;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Which field of the vendor's request an error is about.</summary>
internal static class OpenAIParams
{
    /// <param name="problem">The error.</param>
    /// <param name="path">Where the request was sent.</param>
    /// <param name="prompt">The field that named the prompt, if it is known.</param>
    public static string? Of(ProblemBody problem, string path, string? prompt = null)
    {
        prompt ??= "prompt.id";
        var isChat = path.StartsWith("/v1/chat", StringComparison.Ordinal);
        var messages = isChat || path.StartsWith("/api/agui", StringComparison.Ordinal) ? "messages" : "input";
        if (path.StartsWith("/v1/prompts", StringComparison.Ordinal) && problem.Field is { } simple) return simple == "key" ? "name" : simple.StartsWith("messages", StringComparison.Ordinal) ? "prompt" : simple;
        if (problem.Code.StartsWith("variable_", StringComparison.Ordinal)) return "prompt.variables";
        if (problem.Code == "context_length_exceeded") return messages;
        var field = problem.Field;
        if (field is null && problem is { Status: 404 or 405, Code: "request_invalid" }) return null; // nothing is served there
        if (field is null) return problem.Code == "model_unknown" ? "model" : problem.Code == "prompt_not_found" ? prompt : problem.Status == 404 ? "id" : messages;
        if (field.StartsWith("parameters.", StringComparison.Ordinal)) return Parameter(field["parameters.".Length..], isChat);
        if (field.StartsWith("clientTools", StringComparison.Ordinal)) return "tools"; // which of them it is, the message tells by its name
        return field switch
        {
            "content" or "history" or "resources" or "answers" => messages,
            "prompt" or "prompt.overlay" => prompt,
            "parent" => "previous_response_id",
            "variables" => "prompt.variables",
            _ => field,
        };
    }

    private static string Parameter(string name, bool isChat) => name switch
    {
        "maxOutputTokens" => isChat ? "max_completion_tokens" : "max_output_tokens",
        "reasoningEffort" => isChat ? "reasoning_effort" : "reasoning.effort",
        "verbosity" => isChat ? "verbosity" : "text.verbosity",
        "responseFormat" => isChat ? "response_format" : "text.format",
        _ => ParameterTable.Find(name)?.Aliases.FirstOrDefault(alias => alias.Contains('_', StringComparison.Ordinal)) ?? name,
    };
}
