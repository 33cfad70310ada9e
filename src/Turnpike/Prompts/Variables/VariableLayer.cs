using System.Text.Json;
using Turnpike.Turns.Drafts;

namespace Turnpike.Prompts.Variables;

/// <summary>A layer that says something of variables: its name in explanations and its place among the layers.</summary>
internal sealed class VariableLayer
{
    public const string Turn = "turn";

    /// <summary>The layers a variable can be locked to, lowest first: a layer's place is its rank.</summary>
    public static readonly string[] Ranks = ["default", "computed", "global", "user", "organization", "project", "conversation", Turn];

    public static readonly VariableLayer Computed = new("computed", 1, new Dictionary<string, JsonElement>());
    public static readonly VariableLayer Default = new("default", 0, new Dictionary<string, JsonElement>());

    private readonly string _source;

    private VariableLayer(string source, int rank, IReadOnlyDictionary<string, JsonElement> values) => (_source, Rank, Values) = (source, rank, values);

    public int Rank { get; }

    public IReadOnlyDictionary<string, JsonElement> Values { get; }

    public bool IsRequest => _source == "request";

    public bool IsTrigger => _source == "trigger";

    /// <summary>The name in explanations: what triggers and the request say is the turn's.</summary>
    public string Name => IsRequest || IsTrigger ? Turn : _source;

    /// <summary>How a value came from here.</summary>
    public string Why => Kind(_source) switch
    {
        "trigger" => "set by a trigger or middleware of this turn",
        "request" => "given with this turn's request",
        "conversation" => Id().Length == 0 ? "kept by the conversation" : "given for the conversation", // what is only tried is not kept
        "project" => "set by the project" + Id(),
        "organization" => "set for the organization" + Id(),
        "user" => "set for the user" + Id(),
        "global" => "set for everybody",
        "computed" => "computed when the turn was opened",
        "default" => "the prompt's default: no layer sets it",
        _ => $"set by the layer \"{_source}\"",
    };

    /// <summary>A layer of settings, by its name; one that is not known by name counts as the turn's.</summary>
    public static VariableLayer Of(SettingsLayer layer) => new(layer.Name, Kind(layer.Name) switch
    {
        "global" => 2,
        "user" => 3,
        "organization" => 4,
        "project" => 5,
        "conversation" => 6,
        _ => 7,
    }, layer.Variables);

    /// <summary>The rank that a lock names; null when there is no such layer.</summary>
    public static int? RankOf(string locked) => Array.IndexOf(Ranks, locked) is >= 0 and var rank ? rank : null;

    private static ReadOnlySpan<char> Kind(string name) => name.AsSpan(0, name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? colon : name.Length);

    private string Id() => _source.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? $" \"{_source[(colon + 1)..]}\"" : "";
}
