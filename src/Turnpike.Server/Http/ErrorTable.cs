using System.Collections.Frozen;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>The one table from error codes to HTTP statuses.</summary>
internal static class ErrorTable
{
    private static readonly FrozenDictionary<TurnErrorCode, int> Statuses = new Dictionary<TurnErrorCode, int>
    {
        [TurnErrorCode.RequestInvalid] = 400,
        [TurnErrorCode.Unauthorized] = 401,
        [TurnErrorCode.Forbidden] = 403,
        [TurnErrorCode.RequestTooLarge] = 413,
        [TurnErrorCode.PromptNotFound] = 404,
        [TurnErrorCode.ConversationNotFound] = 404,
        [TurnErrorCode.TurnNotFound] = 404,
        [TurnErrorCode.FileNotFound] = 404,
        [TurnErrorCode.ProjectNotFound] = 404,
        [TurnErrorCode.VersionConflict] = 412,
        [TurnErrorCode.ConversationBusy] = 409,
        [TurnErrorCode.IdempotencyConflict] = 409,
        [TurnErrorCode.ModelUnknown] = 404,
        [TurnErrorCode.BudgetExceeded] = 429,
        [TurnErrorCode.RateLimited] = 429,
        [TurnErrorCode.ProviderUnauthorized] = 502,
        [TurnErrorCode.ProviderRateLimited] = 502,
        [TurnErrorCode.ProviderRefused] = 502,
        [TurnErrorCode.ProviderError] = 502,
        [TurnErrorCode.ProviderUnreachable] = 502,
        [TurnErrorCode.ProviderStreamBroken] = 502,
        [TurnErrorCode.Timeout] = 504,
        [TurnErrorCode.StorageUnavailable] = 503,
        [TurnErrorCode.ShuttingDown] = 503,
        [TurnErrorCode.InternalError] = 500,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, TurnErrorCode> Codes = Enum.GetValues<TurnErrorCode>().ToFrozenDictionary(code => code.Text(), StringComparer.Ordinal);

    /// <summary>The status of a code; what stands between these in the order of the road is 422.</summary>
    public static int Status(TurnErrorCode code) => Statuses.GetValueOrDefault(code, 422);

    /// <summary>The code of its wire form; <c>internal_error</c> for one that there is not.</summary>
    public static TurnErrorCode Code(string text) => Codes.GetValueOrDefault(text, TurnErrorCode.InternalError);
}
