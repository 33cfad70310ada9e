using Turnpike.Turns;

namespace Turnpike.Storage.Stores;

/// <summary>Money as columns have it: in 10^-12 of the currency. The column ends at some nine million; the turn itself says what was more.</summary>
internal static class KeptCost
{
    private const decimal Units = 1_000_000_000_000m, Most = long.MaxValue / Units;

    public static long? Of(TurnCost? cost) => cost is null ? null : (long)decimal.Round(Math.Clamp(cost.Amount, -Most, Most) * Units);
}
