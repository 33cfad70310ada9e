using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>
/// Members of a provider's request body that are ours to write. <c>providerOptions</c> cannot say them: a preview, a key's models, prices and budgets are true because nothing
/// else says what is sent.
/// </summary>
internal static class OwnMembers
{
    private const string Field = "providerOptions";

    private static readonly FrozenDictionary<string, string> Instead = new Dictionary<string, string>
    {
        ["model"] = "choose the model with \"model\"",
        ["models"] = "say which models stand in with the prompt's \"fallback\"",
        ["fallbacks"] = "say which models stand in with the prompt's \"fallback\"",
        ["messages"] = "messages come from the prompt, \"history\" and \"content\"",
        ["prompt"] = "messages come from the prompt, \"history\" and \"content\"",
        ["input"] = "messages come from the prompt, \"history\" and \"content\"",
        ["system"] = "say it with \"system\"",
        ["instructions"] = "say it with \"system\"",
        ["tools"] = "offer tools with \"tools\"",
        ["functions"] = "offer tools with \"tools\"",
        ["function_call"] = "set the parameter \"toolChoice\"",
        ["stream"] = "every model is asked for a stream",
        ["stream_options"] = "every model is asked for a stream",
        ["n"] = "a turn has one answer",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The members that are ours, each with what is told of it.</summary>
    public static IEnumerable<(string Name, string Fault)> Of(TurnParameters? parameters) =>
        (parameters?.ProviderOptions ?? []).Where(member => Hint(member.Key) is not null).Select(member => (member.Key, $"\"{Field}\" cannot hold \"{member.Key}\": {Hint(member.Key)}."));

    /// <summary>Refuses provider options that say what is ours.</summary>
    /// <param name="parameters">The parameters; null: none.</param>
    /// <param name="place">Where they stand, for the error's field: <c>parameters</c>.</param>
    /// <param name="before">What was kept already, and is not refused; null: nothing.</param>
    /// <exception cref="TurnException"><c>parameter_invalid</c>, with what to say instead.</exception>
    public static void Check(TurnParameters? parameters, string place, TurnParameters? before = null)
    {
        foreach (var (name, fault) in Of(parameters))
        {
            if (before?.ProviderOptions is { } kept && kept.TryGetPropertyValue(name, out var old) && ForeignJson.AreSame(old, parameters!.ProviderOptions![name])) continue;
            throw new TurnException(TurnErrorCode.ParameterInvalid, fault) { Field = $"{place}.{Field}.{name}" };
        }
    }

    /// <summary>The parameters without those members, which were kept before they were refused.</summary>
    public static TurnParameters Without(TurnParameters parameters, Action<string, JsonNode?> left)
    {
        if (Of(parameters).Select(member => member.Name).ToArray() is not { Length: > 0 } ours) return parameters;
        var others = (JsonObject)parameters.ProviderOptions!.DeepClone();
        foreach (var name in ours)
        {
            others.Remove(name, out var value);
            left(name, value);
        }
        return parameters with { ProviderOptions = others.Count == 0 ? null : others };
    }

    /// <summary>What is told of a member that was left out.</summary>
    public static string LeftOut(string name) => $"\"{Field}\" holds \"{name}\", which it cannot set; it was left out. Instead: {Hint(name)}.";

    private static string? Hint(string name) => Instead.GetValueOrDefault(name) ?? (ParameterTable.Find(name) is { } parameter ? $"set the parameter \"{parameter.Name}\"" : null);
}
