using System.Text.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Fields of a request that mean nothing here: they are taken, and named in a header of the answer, so that nobody wonders why they do nothing.</summary>
internal static class IgnoredFields
{
    public const string Header = "Turnpike-Ignored";
    private const int MostNamed = 20;
    private const int LongestNamed = 100;

    private static readonly string[] Common = ["model", "stream", "stream_options", "temperature", "top_p", "parallel_tool_calls", "tools", "tool_choice", "store", "metadata", "user", "safety_identifier",
        "prompt_id", "prompt_version", "prompt_variables", "inputs", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "turnpike"];

    private static readonly HashSet<string> Chat = new([.. Common, "messages", "frequency_penalty", "presence_penalty", "seed", "stop", "max_tokens", "max_completion_tokens", "reasoning_effort", "verbosity", "response_format",
        "web_search_options", "logit_bias", "n", "modalities", "audio", "functions", "function_call"], StringComparer.Ordinal);

    private static readonly HashSet<string> Responses = new([.. Common, "input", "prompt", "instructions", "previous_response_id", "conversation", "background", "max_output_tokens", "max_tool_calls", "reasoning", "text", "include", "truncation"], StringComparer.Ordinal);

    public static void Tell(HttpContext http, JsonElement body, bool isChat)
    {
        var known = isChat ? Chat : Responses;
        var ignored = body.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null && !known.Contains(member.Name)).Select(member => Uri.EscapeDataString(member.Name)).Concat(isChat ? [] : ShownTools.Ignored(body)).Take(MostNamed).Select(name => name.Length > LongestNamed ? name[..LongestNamed] + "..." : name).ToArray();
        if (ignored.Length > 0) http.Response.Headers[Header] = string.Join(", ", ignored);
    }
}
