using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Models;

/// <summary>Tells what went wrong at a provider in our own codes.</summary>
internal static class ModelFault
{
    public static TurnException Of(Exception error, string model, string? deadline) => error switch
    {
        TurnException known => known,
        OperationCanceledException when deadline is not null => new(TurnErrorCode.Timeout, $"Model \"{model}\" {deadline}."),
        HttpRequestException => new(TurnErrorCode.ProviderUnreachable, $"The provider of \"{model}\" cannot be reached: {error.Message}", error),
        IOException or JsonException => new(TurnErrorCode.ProviderStreamBroken, $"The answer of \"{model}\" broke off: {error.Message}", error),
        _ => new(TurnErrorCode.ProviderError, $"Model \"{model}\" failed: {error.Message}", error),
    };

    /// <summary>What a model's answer says that went wrong.</summary>
    public static TurnException Of(ErrorContent said, string model) => new(TurnErrorCode.ProviderError, $"Model \"{model}\" failed: {(string.IsNullOrEmpty(said.Message) ? said.ErrorCode ?? "it does not say why." : said.Message)}");

    /// <summary>Whether the same request may be tried again as long as no token came.</summary>
    public static bool MayRetry(TurnException error) => error.Code switch
    {
        TurnErrorCode.ProviderRateLimited or TurnErrorCode.ProviderUnreachable or TurnErrorCode.ProviderStreamBroken => true,
        TurnErrorCode.ProviderError => error.ProviderStatus is null or 408 or 409 or >= 500 && error.InnerException is not (ArgumentException or NotSupportedException or NullReferenceException), // a fault of the client itself comes again
        _ => false,
    };
}
