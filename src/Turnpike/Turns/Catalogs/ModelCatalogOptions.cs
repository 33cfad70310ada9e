using System.ComponentModel.DataAnnotations;

namespace Turnpike.Turns.Catalogs;

/// <summary>What is configured about models.</summary>
public sealed class ModelCatalogOptions
{
    /// <summary>The model of turns that no layer gives one: id or alias. Default: <c>builtin/echo</c>.</summary>
    [Required, MinLength(1)]
    public string Model { get; set; } = "builtin/echo";

    /// <summary>Short names: alias → model id.</summary>
    public Dictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is known of models by id: window, inputs, price. Wins over what providers say.</summary>
    public Dictionary<string, ModelInfo> Models { get; } = new(StringComparer.Ordinal);
}
