using System.Text.Json;

namespace Turnpike.Providers.Http;

/// <summary>The HTTP status that an error object stands for when it arrives inside an answer with a good status.</summary>
internal static class ErrorStatus
{
    /// <summary>The status named by the error's number, code or type; 500 when it names none.</summary>
    public static int Of(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object) return 500;
        foreach (var member in (string[])["code", "status", "status_code", "type"])
        {
            if (!error.TryGetProperty(member, out var value)) continue;
            var status = value.ValueKind switch
            {
                JsonValueKind.Number => value.TryGetInt32(out var number) ? number : 0,
                JsonValueKind.String => OfWord(value.GetString()!),
                _ => 0,
            };
            if (status is >= 400 and < 600) return status;
        }
        return 500;
    }

    private static int OfWord(string word) => word switch
    {
        "invalid_request_error" or "context_length_exceeded" or "BadRequestError" or "exceed_context_size_error" or "request_too_large" => 400,
        "invalid_api_key" or "authentication_error" => 401,
        "permission_error" => 403,
        "model_not_found" or "not_found_error" => 404,
        "rate_limit_exceeded" or "rate_limit_error" or "insufficient_quota" or "too_many_requests" => 429,
        "overloaded_error" => 529,
        _ => int.TryParse(word, out var status) ? status : 0,
    };
}
