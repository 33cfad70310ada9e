namespace Turnpike.Turns.Catalogs;

/// <summary>What tokens cost.</summary>
internal static class Prices
{
    /// <summary>Price times tokens; null when the price is unknown, never 0.</summary>
    public static TurnCost? Cost(ModelPrice? price, TurnUsage usage)
    {
        if (price is null) return null;
        var cached = Math.Min(usage.CachedTokens ?? 0, usage.InputTokens);
        var amount = ((usage.InputTokens - cached) * price.Input + cached * (price.CachedInput ?? price.Input) + usage.OutputTokens * price.Output) / 1_000_000m;
        return new(amount, price.Currency);
    }
}
