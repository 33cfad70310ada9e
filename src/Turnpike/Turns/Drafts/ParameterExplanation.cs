using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Drafts;

/// <summary>Where a parameter's value came from.</summary>
/// <param name="Value">The value that is used; of provider options, what all layers say together.</param>
/// <param name="Layer">The highest layer that says something.</param>
/// <param name="Why">Why that value, for people.</param>
/// <param name="Layers">What each layer says, highest first; silent ones are left out.</param>
public sealed record ParameterExplanation(JsonElement Value, string Layer, string Why, IReadOnlyList<ParameterLayerValue> Layers)
{
    /// <summary>Explains every parameter that some layer sets, in the order of <see cref="ParameterTable"/>.</summary>
    /// <param name="layers">The layers of a draft, highest first.</param>
    public static IReadOnlyDictionary<string, ParameterExplanation> Of(IEnumerable<SettingsLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        SettingsLayer[] all = [.. layers];
        var together = all.Aggregate(TurnParameters.None, (above, layer) => above.Over(layer.Parameters));
        var explained = new OrderedDictionary<string, ParameterExplanation>(StringComparer.Ordinal);
        foreach (var parameter in ParameterTable.All)
        {
            if (parameter.Of(together) is not { } value) continue;
            ParameterLayerValue[] said = [.. all.Where(layer => parameter.Of(layer.Parameters) is not null).Select(layer => new ParameterLayerValue(layer.Name, JsonElements.Of(parameter.Of(layer.Parameters))))];
            explained[parameter.Name] = new(JsonElements.Of(value), said[0].Layer, Reason(parameter.Name, said), said);
        }
        return explained;
    }

    private static string Reason(string name, ParameterLayerValue[] said)
    {
        var says = said[0].Layer switch
        {
            "trigger" => "a trigger or middleware sets it",
            "request" => "the request sets it",
            "conversation" => "the conversation's setting",
            "agent" => "the agent's setting",
            "prompt" => "the prompt's setting",
            "global" => "the setting of all",
            var layer => $"set by {layer}",
        };
        var others = string.Join(", ", said.Skip(1).Select(one => one.Layer));
        return others.Length == 0 ? $"{says}; no other layer does" : name == "providerOptions" ? $"{says}, joined with {others}" : $"{says}, above {others}";
    }
}

/// <summary>What one layer says of a parameter.</summary>
/// <param name="Layer">The layer's name, for example <c>conversation</c> or <c>project:docs</c>.</param>
/// <param name="Value">What it says.</param>
public sealed record ParameterLayerValue(string Layer, JsonElement Value);
