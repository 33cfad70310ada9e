using System.Collections.Frozen;
using System.Text.Json;

namespace Turnpike.Turns;

/// <summary>The wire names of <see cref="TurnErrorCode"/>.</summary>
public static class TurnErrorCodes
{
    private static readonly FrozenDictionary<TurnErrorCode, string> Texts =
        Enum.GetValues<TurnErrorCode>().ToFrozenDictionary(code => code, code => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()));

    /// <summary>The code as it is written on the wire, for example <c>prompt_not_found</c>.</summary>
    public static string Text(this TurnErrorCode code) => Texts[code];
}
