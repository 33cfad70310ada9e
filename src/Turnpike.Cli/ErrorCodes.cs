using Turnpike.Turns;

namespace Turnpike.Cli;

/// <summary>The wire names of error codes, read back.</summary>
internal static class ErrorCodes
{
    private static readonly Dictionary<string, TurnErrorCode> Codes = Enum.GetValues<TurnErrorCode>().ToDictionary(code => code.Text());

    /// <summary>The code of a wire name; null when this program does not know it.</summary>
    public static TurnErrorCode? Find(string? name) => name is not null && Codes.TryGetValue(name, out var known) ? known : null;
}
