using System.ComponentModel.DataAnnotations;

namespace Turnpike.Models;

/// <summary>Deadlines and tries of model calls.</summary>
public sealed class ModelOptions : IValidatableObject
{
    /// <summary>The most model calls of one turn when its parameters do not say, 1 to 128. Default 16.</summary>
    [Range(1, 128)]
    public int MaxSteps { get; set; } = 16;

    /// <summary>The most tool calls of one turn; null: as its parameters say. Default: null.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxCalls { get; set; }

    /// <summary>The tokens, read and written, after which a turn is not asked on; null: as its parameters say. Default: null.</summary>
    [Range(1, long.MaxValue)]
    public long? MaxTokens { get; set; }

    /// <summary>The cost, in the currency of the prices, after which a turn is not asked on; null: as its parameters say. Default: null.</summary>
    [Range(typeof(decimal), "0.000001", "1000000000", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public decimal? MaxCost { get; set; }

    /// <summary>Whether a turn that offers tools to a model that calls none goes on without them, with a warning, instead of being refused. Default: false.</summary>
    public bool LeaveToolsOut { get; set; }

    /// <summary>How long a provider may take to its first token, more than 0. Default 2 minutes.</summary>
    public TimeSpan FirstToken { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a provider may fall silent between tokens, more than 0. Default 1 minute.</summary>
    public TimeSpan BetweenTokens { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Deadlines of single providers, by their names, in place of those above.</summary>
    public Dictionary<string, ModelDeadlines> Providers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The most bytes of one answer of a model, text, reasoning and the arguments of its calls together, 1 KiB to 1 GiB. Default 32 MiB. A longer one is broken off, with what had come.</summary>
    [Range(1L << 10, 1L << 30)]
    public long AnswerBytes { get; set; } = 32L << 20;

    /// <summary>How long a whole turn may take. Default 30 minutes.</summary>
    public TimeSpan Turn { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The most tries of one step with one model, 1 to 10, as long as no token came. Default 3.</summary>
    [Range(1, 10)]
    public int Attempts { get; set; } = 3;

    /// <summary>Whether an answer that broke off after its first token is begun anew, within <see cref="Attempts"/>, when neither the request nor the prompt says. Default: false, the turn fails with what had come.</summary>
    public bool Restart { get; set; }

    /// <summary>The first pause between tries, doubled each time and shortened by chance to between half and all of it. Default 500 ms. A provider's Retry-After wins.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Backoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between tries; a provider that asks for more is not asked again. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from deadline in Providers.SelectMany(one => (IEnumerable<(string Key, TimeSpan? Value)>)[($"Providers:{one.Key}:{nameof(FirstToken)}", one.Value.FirstToken), ($"Providers:{one.Key}:{nameof(BetweenTokens)}", one.Value.BetweenTokens)])
            .Concat([(nameof(FirstToken), FirstToken), (nameof(BetweenTokens), BetweenTokens), (nameof(Turn), Turn)])
        where deadline.Value is { } value && (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
        select new ValidationResult("It must be more than 0 and at most a day.", [deadline.Key]);
}
