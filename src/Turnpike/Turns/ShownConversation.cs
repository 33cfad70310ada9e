using System.Collections.Frozen;
using System.Text.Json;
using Turnpike.Prompts;

namespace Turnpike.Turns;

/// <summary>Conversations as they are shown and exported: without the values of variables that their prompt declares secret. <see cref="SecretNames"/> knows those that other prompts declare so.</summary>
public static class ShownConversation
{
    /// <summary>The conversation with <c>•••</c> for each secret value.</summary>
    public static Conversation Masked(Conversation conversation) => Masked(conversation, FrozenSet<string>.Empty);

    /// <summary>The conversation without its secret values.</summary>
    public static Conversation Bare(Conversation conversation) => Bare(conversation, FrozenSet<string>.Empty);

    internal static Conversation Masked(Conversation conversation, IReadOnlySet<string> secret) => Without(conversation, secret, (values, name) => values[name] = SecretText.Masked);

    internal static Conversation Bare(Conversation conversation, IReadOnlySet<string> secret) => Without(conversation, secret, (values, name) => values.Remove(name));

    private static Conversation Without(Conversation conversation, IReadOnlySet<string> secret, Action<Dictionary<string, JsonElement>, string> hide)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var variables = Without(conversation.Variables, conversation.Prompt, secret, hide);
        var agent = conversation.Agent is { } its && Without(its.Variables, its.Prompt, secret, hide) is var values && !ReferenceEquals(values, its.Variables) ? its with { Variables = values } : conversation.Agent;
        return ReferenceEquals(variables, conversation.Variables) && ReferenceEquals(agent, conversation.Agent) ? conversation : conversation with { Variables = variables, Agent = agent };
    }

    private static IReadOnlyDictionary<string, JsonElement> Without(IReadOnlyDictionary<string, JsonElement> variables, Prompt? prompt, IReadOnlySet<string> secret, Action<Dictionary<string, JsonElement>, string> hide)
    {
        if (variables.Count == 0) return variables;
        var names = (prompt?.Secrets ?? []).Concat(secret).Where(variables.ContainsKey).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0) return variables;
        var values = new Dictionary<string, JsonElement>(variables);
        foreach (var name in names) hide(values, name);
        return values;
    }
}
