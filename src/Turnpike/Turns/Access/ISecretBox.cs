namespace Turnpike.Turns.Access;

/// <summary>Seals what must not lie open in a database or a backup: headers of tool servers, secrets of hooks, shared variables.</summary>
public interface ISecretBox
{
    /// <summary>Seals a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="purpose">What it is for; it opens for nothing else.</param>
    string Seal(string text, string purpose);

    /// <summary>Seals a text so that the same text always gives the same: for what is told again and must not differ. Who sees two of them sees whether they are equal.</summary>
    /// <param name="text">The text.</param>
    /// <param name="purpose">What it is for; it opens for nothing else.</param>
    string SealAlike(string text, string purpose);

    /// <summary>Opens what was sealed; a text that never was comes back as it is, so that older rows can still be read.</summary>
    /// <param name="text">What <see cref="Seal"/> made.</param>
    /// <param name="purpose">What it is for.</param>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: it was sealed with a key that is not here, for something else, or was changed.</exception>
    string Open(string text, string purpose);
}
