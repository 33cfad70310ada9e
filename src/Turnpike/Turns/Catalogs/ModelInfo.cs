namespace Turnpike.Turns.Catalogs;

/// <summary>What is known of a model.</summary>
public sealed record ModelInfo
{
    /// <summary>The id used in requests: <c>provider/name</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>A name for people, if it has one.</summary>
    public string? DisplayName { get; init; }

    /// <summary>How many tokens request and answer may have together; null when unknown.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>What it reads: <c>text</c>, <c>image</c>, <c>audio</c>, <c>file</c>. Null when unknown (then anything is tried).</summary>
    public IReadOnlyList<string>? Input { get; init; }

    /// <summary>Whether it calls tools; null when unknown (then it is tried).</summary>
    public bool? Tools { get; init; }

    /// <summary>The parameters it takes, by their names in <see cref="TurnParameters"/>; null when unknown (then all are sent).</summary>
    public IReadOnlyList<string>? Parameters { get; init; }

    /// <summary>The numbers that it takes for parameters, by their names in <see cref="TurnParameters"/>, where those are fewer than any model's; null when unknown (then what is sent is the provider's to refuse).</summary>
    public IReadOnlyDictionary<string, ParameterRange>? Ranges { get; init; }

    /// <summary>What it costs; null when unknown.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>What is said here of the model, with what another source says of it where this is silent.</summary>
    public ModelInfo Over(ModelInfo below)
    {
        ArgumentNullException.ThrowIfNull(below);
        return this with
        {
            DisplayName = DisplayName ?? below.DisplayName,
            ContextWindow = ContextWindow ?? below.ContextWindow,
            Input = Input ?? below.Input,
            Tools = Tools ?? below.Tools,
            Parameters = Parameters ?? below.Parameters,
            Ranges = Ranges ?? below.Ranges,
            Price = Price ?? below.Price,
        };
    }
}
