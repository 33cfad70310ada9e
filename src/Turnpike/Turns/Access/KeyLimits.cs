using System.Text.Json.Serialization;

namespace Turnpike.Turns.Access;

/// <summary>How much a key may use; null: as much as it likes. Days and months are those of UTC.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record KeyLimits
{
    /// <summary>No limits.</summary>
    public static KeyLimits None { get; } = new();

    /// <summary>Turns that may start in a minute.</summary>
    public long? RequestsPerMinute { get; init; }
    /// <summary>Turns that may start in a day.</summary>
    public long? RequestsPerDay { get; init; }
    /// <summary>Turns that may start in a month.</summary>
    public long? RequestsPerMonth { get; init; }
    /// <summary>Tokens, input and output, in a minute.</summary>
    public long? TokensPerMinute { get; init; }
    /// <summary>Tokens in a day.</summary>
    public long? TokensPerDay { get; init; }
    /// <summary>Tokens in a month.</summary>
    public long? TokensPerMonth { get; init; }
    /// <summary>Money in a day, in the currency of the models' prices. A model without a price costs nothing that could be counted.</summary>
    public decimal? CostPerDay { get; init; }
    /// <summary>Money in a month.</summary>
    public decimal? CostPerMonth { get; init; }
    /// <summary>Turns that may run at the same time.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Whether there is any limit.</summary>
    [JsonIgnore]
    public bool IsNone => this == None;
}
