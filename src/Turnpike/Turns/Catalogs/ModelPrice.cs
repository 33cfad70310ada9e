namespace Turnpike.Turns.Catalogs;

/// <summary>What a model costs, per million tokens.</summary>
public sealed record ModelPrice
{
    /// <summary>Price of a million input tokens.</summary>
    public required decimal Input { get; init; }

    /// <summary>Price of a million input tokens read from the provider's cache; null: as <see cref="Input"/>.</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>Price of a million output tokens, reasoning included.</summary>
    public required decimal Output { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; init; } = "USD";
}
