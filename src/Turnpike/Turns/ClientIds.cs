namespace Turnpike.Turns;

/// <summary>What an id must be that a client makes: one that every database keeps, and finds again, as it was sent.</summary>
internal static class ClientIds
{
    /// <summary>How long one may be, in characters.</summary>
    public const int Longest = 200;

    /// <summary>Whether it has 1 to 200 characters, and no control character.</summary>
    public static bool Fit(string id) => id.Length is > 0 and <= Longest && !HasControls(id);

    /// <summary>Whether it has a control character: nothing is kept under such an id, and a database may take it for another one.</summary>
    public static bool HasControls(string id) => id.Any(char.IsControl);
}
