namespace Turnpike.Turns.Files;

/// <summary>What all stores of contents share.</summary>
internal static class ContentHash
{
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>How many of the first bytes are told.</summary>
    public const int HeadBytes = 4096;

    /// <summary>Whether a text is the hash of a content, so that nothing else becomes a part of a path.</summary>
    public static bool Is(string? text) => text is { Length: 64 } && text.AsSpan().IndexOfAnyExcept(Digits) < 0;

    public static TurnException TooLarge(long most) => new(TurnErrorCode.RequestTooLarge, FormattableString.Invariant($"The file is larger than {most:N0} bytes, which is the most that is taken (Turnpike:Files:Bytes).")) { Field = "file" };
}
