using System.Buffers;

namespace Turnpike.Turns.Catalogs;

/// <summary>Names of tools as models take them: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
internal static class LegalName
{
    public const int Longest = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The name with <c>_</c> for every character that models do not take; the name itself when there is none. It may still be too long.</summary>
    public static string Of(string name) => name.Length == 0 ? "_" : !name.AsSpan().ContainsAnyExcept(Allowed) ? name : string.Create(name.Length, name, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++) to[i] = Allowed.Contains(from[i]) ? from[i] : '_';
    });
}
