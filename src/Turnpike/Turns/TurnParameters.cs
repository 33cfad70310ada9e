using System.Text.Json.Nodes;

namespace Turnpike.Turns;

/// <summary>How the model is asked. Null means: not set here, the layer below decides.</summary>
public sealed record TurnParameters
{
    /// <summary>Nothing set.</summary>
    public static TurnParameters None { get; } = new();

    /// <summary>Randomness, 0 to 2.</summary>
    public double? Temperature { get; init; }
    /// <summary>Nucleus sampling, 0 to 1.</summary>
    public double? TopP { get; init; }
    /// <summary>How many candidate tokens are kept, 1 or more.</summary>
    public int? TopK { get; init; }
    /// <summary>The most tokens of one model answer, 1 or more.</summary>
    public int? MaxOutputTokens { get; init; }
    /// <summary>-2 to 2.</summary>
    public double? PresencePenalty { get; init; }
    /// <summary>-2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }
    /// <summary>Asks for repeatable sampling.</summary>
    public long? Seed { get; init; }
    /// <summary>Texts at which the model stops; 1 to 16 of them, none empty.</summary>
    public IReadOnlyList<string>? Stop { get; init; }
    /// <summary><c>none, minimal, low, medium, high, xhigh, max</c>.</summary>
    public string? ReasoningEffort { get; init; }
    /// <summary><c>low, medium, high</c>.</summary>
    public string? Verbosity { get; init; }
    /// <summary><c>{"type": "text" | "json_object" | "json_schema", "schema"?, "name"?, "strict"?}</c>.</summary>
    public JsonObject? ResponseFormat { get; init; }
    /// <summary><c>auto, none, required</c>, or the name of a tool that must be called.</summary>
    public string? ToolChoice { get; init; }
    /// <summary>Whether the model may ask for several tools at once.</summary>
    public bool? ParallelToolCalls { get; init; }
    /// <summary>The most model calls of one turn, 1 to 128.</summary>
    public int? MaxSteps { get; init; }
    /// <summary>What the turn may use before it is stopped between two model calls: <c>{"calls"?, "tokens"?, "cost"?, "seconds"?}</c>.</summary>
    public JsonObject? Budget { get; init; }
    /// <summary>Members that go into the provider's request body as they are. Those that are ours to write, such as <c>model</c>, <c>messages</c> or <c>max_tokens</c>, are refused.</summary>
    public JsonObject? ProviderOptions { get; init; }
    /// <summary>The provider's own web search, where it has one.</summary>
    public bool? WebSearch { get; init; }

    /// <summary>These parameters, with those of a layer below where these are silent. Provider options are joined member by member.</summary>
    public TurnParameters Over(TurnParameters below)
    {
        if (below == None) return this;
        if (this == None) return below;
        return new()
        {
            Temperature = Temperature ?? below.Temperature,
            TopP = TopP ?? below.TopP,
            TopK = TopK ?? below.TopK,
            MaxOutputTokens = MaxOutputTokens ?? below.MaxOutputTokens,
            PresencePenalty = PresencePenalty ?? below.PresencePenalty,
            FrequencyPenalty = FrequencyPenalty ?? below.FrequencyPenalty,
            Seed = Seed ?? below.Seed,
            Stop = Stop ?? below.Stop,
            ReasoningEffort = ReasoningEffort ?? below.ReasoningEffort,
            Verbosity = Verbosity ?? below.Verbosity,
            ResponseFormat = ResponseFormat ?? below.ResponseFormat,
            ToolChoice = ToolChoice ?? below.ToolChoice,
            ParallelToolCalls = ParallelToolCalls ?? below.ParallelToolCalls,
            MaxSteps = MaxSteps ?? below.MaxSteps,
            Budget = Budget ?? below.Budget,
            ProviderOptions = Join(ProviderOptions, below.ProviderOptions),
            WebSearch = WebSearch ?? below.WebSearch,
        };
    }

    private static JsonObject? Join(JsonObject? above, JsonObject? below)
    {
        if (above is null || below is null) return above ?? below;
        var joined = (JsonObject)below.DeepClone();
        foreach (var (name, value) in above) joined[name] = value?.DeepClone();
        return joined;
    }
}
