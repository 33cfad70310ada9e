using System.Text.Json;

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
        var secret = (conversation.Prompt?.Variables ?? []).Where(variable => variable.Secret && conversation.Variables.ContainsKey(variable.Name)).Select(variable => variable.Name).ToList();
        if (secret.Count == 0) return conversation;
        var values = new Dictionary<string, JsonElement>(conversation.Variables);
        foreach (var name in secret) hide(values, name);
        return conversation with { Variables = values };
    }
}
