using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Models;

/// <summary>Members of a provider's request body that callers of other APIs send along though only some providers have them. A provider that has them lists them among its models' parameters.</summary>
public static class VendorMembers
{
    /// <summary>Their names, as OpenAI writes them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["logit_bias", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"];

    /// <summary>How a search of the web is narrowed, as OpenAI's chats write it: where the searcher is, and how much is read. A model that lists it among its parameters takes it.</summary>
    public const string SearchOptions = "web_search_options";

    /// <summary>The parameters without those members that a model is known not to take; each is warned of.</summary>
    internal static TurnParameters Fit(TurnParameters parameters, IReadOnlyList<string> taken, Action<DroppedParameter> dropped)
    {
        if (parameters.ProviderOptions is not { } given) return parameters;
        var foreign = Names.Append(SearchOptions).Where(name => given.ContainsKey(name) && !taken.Contains(name)).ToArray();
        if (foreign.Length == 0) return parameters;
        var left = (JsonObject)given.DeepClone();
        foreach (var name in foreign)
        {
            left.Remove(name, out var value);
            dropped(new("providerOptions." + name, name, value));
        }
        return parameters with { ProviderOptions = left.Count == 0 ? null : left };
    }
}
