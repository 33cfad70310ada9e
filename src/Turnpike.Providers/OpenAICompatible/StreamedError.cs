using System.Text.Json;
using Turnpike.Providers.Http;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>An <c>error</c> member inside a stream or in an answer with a good status.</summary>
internal static class StreamedError
{
    /// <summary>Throws what the error stands for; a null error is none. The reader stands at the member's name.</summary>
    public static void Throw(ref Utf8JsonReader reader, ProviderFaults faults, string model)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return;
        var error = JsonElement.ParseValue(ref reader);
        throw faults.Status(StatusOf(error), faults.Clean(error), model);
    }

    /// <summary>The HTTP status that an error names by its number, code or type; 500 when it names none.</summary>
    private static int StatusOf(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object) return 500;
        foreach (var member in (string[])["code", "status", "status_code", "type"])
        {
            if (!error.TryGetProperty(member, out var value)) continue;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var status) && status is >= 400 and < 600) return status;
            if (value.ValueKind != JsonValueKind.String) continue;
            switch (value.GetString())
            {
                case var text when int.TryParse(text, out status) && status is >= 400 and < 600: return status;
                case "rate_limit_exceeded" or "rate_limit_error" or "insufficient_quota" or "too_many_requests": return 429;
                case "invalid_api_key" or "authentication_error": return 401;
                case "permission_error": return 403;
                case "invalid_request_error" or "context_length_exceeded" or "BadRequestError" or "exceed_context_size_error": return 400;
                case "model_not_found" or "not_found_error": return 404;
                default: continue;
            }
        }
        return 500;
    }
}
