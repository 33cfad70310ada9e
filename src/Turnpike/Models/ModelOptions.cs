using System.ComponentModel.DataAnnotations;

namespace Turnpike.Models;

/// <summary>Deadlines and tries of model calls.</summary>
public sealed class ModelOptions
{
    /// <summary>The most model calls of one turn when its parameters do not say, 1 to 128. Default 16.</summary>
    [Range(1, 128)]
    public int MaxSteps { get; set; } = 16;

    /// <summary>How long a provider may take to its first token. Default 2 minutes.</summary>
    public TimeSpan FirstToken { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a provider may fall silent between tokens. Default 1 minute.</summary>
    public TimeSpan BetweenTokens { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a whole turn may take. Default 30 minutes.</summary>
    public TimeSpan Turn { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The most tries of one step with one model, 1 to 10, as long as no token came. Default 3.</summary>
    [Range(1, 10)]
    public int Attempts { get; set; } = 3;

    /// <summary>The first pause between tries, doubled each time and shortened by chance to between half and all of it. Default 500 ms. A provider's Retry-After wins.</summary>
    public TimeSpan Backoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between tries; a provider that asks for more is not asked again. Default 20 s.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(20);
}
