using System.Text.Json;
using Turnpike.Prompts;

namespace Turnpike.Turns;

/// <summary>Conversations as they are shown and exported: without the values of variables that their prompt declares secret.</summary>
public static class ShownConversation
{
    /// <summary>The conversation with <c>•••</c> for each secret value.</summary>
    public static Conversation Masked(Conversation conversation) => Without(conversation, (values, name) => values[name] = SecretText.Masked);

    /// <summary>The conversation without its secret values.</summary>
    public static Conversation Bare(Conversation conversation) => Without(conversation, (values, name) => values.Remove(name));

    private static Conversation Without(Conversation conversation, Action<Dictionary<string, JsonElement>, string> hide)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var variables = Without(conversation.Variables, conversation.Prompt, hide);
        var agent = conversation.Agent is { } its && Without(its.Variables, its.Prompt, hide) is var values && !ReferenceEquals(values, its.Variables) ? its with { Variables = values } : conversation.Agent;
        return ReferenceEquals(variables, conversation.Variables) && ReferenceEquals(agent, conversation.Agent) ? conversation : conversation with { Variables = variables, Agent = agent };
    }

    private static IReadOnlyDictionary<string, JsonElement> Without(IReadOnlyDictionary<string, JsonElement> variables, Prompt? prompt, Action<Dictionary<string, JsonElement>, string> hide)
    {
        var secret = (prompt?.Variables ?? []).Where(variable => variable.Secret && variables.ContainsKey(variable.Name)).Select(variable => variable.Name).ToList();
        if (secret.Count == 0) return variables;
        var values = new Dictionary<string, JsonElement>(variables);
        foreach (var name in secret) hide(values, name);
        return values;
    }
}
