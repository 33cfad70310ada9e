using System.Text.Json;
using Anthropic.Exceptions;
using Turnpike.Providers.Http;
using Turnpike.Turns;

namespace Turnpike.Providers.Anthropic;

/// <summary>The SDK's exceptions as turn errors.</summary>
internal static class AnthropicFaults
{
    public static TurnException Translate(Exception error, ProviderFaults faults, string? model)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is TurnException told) return told;
            if (cause is InvalidDataException { Message: var held }) return faults.Broken($"held {held}", error);
        }
        return error switch
        {
            AnthropicServiceException { Body: { ValueKind: JsonValueKind.Object } body } service =>
                faults.Status(Status(service, body), faults.Clean(body), model),
            AnthropicServiceException service => faults.Status(Status(service, default), faults.Clean(service.Message), model),
            AnthropicInvalidDataException or JsonException => faults.Broken("held something that is not JSON", error),
            AnthropicIOException or HttpRequestException or IOException => faults.Broken("broke off before the answer ended", error),
            _ => faults.Status(500, faults.Clean(error.Message), model),
        };
    }

    private static int Status(AnthropicServiceException error, JsonElement body) =>
        error is AnthropicApiException { StatusCode: var status } ? (int)status
        : body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var inner) ? ErrorStatus.Of(inner)
        : 500;
}
