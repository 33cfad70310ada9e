using System.ComponentModel.DataAnnotations;

namespace Turnpike.Turns.Catalogs;

/// <summary>What is configured about models.</summary>
public sealed class ModelCatalogOptions : IValidatableObject
{
    private const string NoId = "It must be the id of a model: \"provider/name\".";

    /// <summary>The model of turns that no layer gives one: id or alias. Default: <c>builtin/echo</c>.</summary>
    [Required, MinLength(1)]
    public string Model { get; set; } = "builtin/echo";

    /// <summary>The model that answers small questions beside the road (<c>tools.auto</c>, <c>rules.auto</c>, titles): id or alias. Null: the turn's own, and no titles are made.</summary>
    public string? SmallModel { get; set; }

    /// <summary>How long a small question may take, 100 ms to a minute. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SmallModelTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Short names: alias → model id, <c>provider/name</c>.</summary>
    public Dictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is known of models by id, in whatever letters: window, inputs, price. Wins over what providers say.</summary>
    public Dictionary<string, ModelInfo> Models { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Aliases.Where(alias => alias.Value?.IndexOf('/', StringComparison.Ordinal) is not > 0 || alias.Value.EndsWith('/'))
            .Select(alias => new ValidationResult(NoId, [$"{nameof(Aliases)}:{alias.Key}"]))
            .Concat(Bare(nameof(Model), Model)).Concat(Bare(nameof(SmallModel), SmallModel));

    private IEnumerable<ValidationResult> Bare(string key, string? name) =>
        name is not { Length: > 0 } || name.Contains('/', StringComparison.Ordinal) || Aliases.ContainsKey(name) ? [] : [new($"{NoId} Or it is an alias of Turnpike:Aliases.", [key])];
}
