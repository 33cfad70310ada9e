using System.Collections.Frozen;
using System.Text.Json;

namespace Turnpike.Turns;

/// <summary>The wire names of <see cref="TurnErrorCode"/>.</summary>
public static class TurnErrorCodes
{
    private static readonly FrozenDictionary<TurnErrorCode, string> Texts =
        Enum.GetValues<TurnErrorCode>().ToFrozenDictionary(code => code, code => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()));

    private static readonly FrozenDictionary<string, TurnErrorCode> Codes = Texts.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The code as it is written on the wire, for example <c>prompt_not_found</c>.</summary>
    public static string Text(this TurnErrorCode code) => Texts[code];

    /// <summary>Whether the same may go well at another time.</summary>
    internal static bool IsRetryable(this TurnErrorCode code) => code is TurnErrorCode.ProviderRateLimited or TurnErrorCode.ProviderError or TurnErrorCode.ProviderUnreachable
        or TurnErrorCode.ProviderStreamBroken or TurnErrorCode.Timeout or TurnErrorCode.StorageUnavailable or TurnErrorCode.ShuttingDown or TurnErrorCode.RateLimited;

    /// <summary>The code that is written so; null when there is none.</summary>
    public static TurnErrorCode? Find(string? text) => text is not null && Codes.TryGetValue(text, out var code) ? code : null;
}
