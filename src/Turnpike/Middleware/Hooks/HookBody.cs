using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Middleware.Hooks;

/// <summary>What hooks are told of a turn.</summary>
internal static class HookBody
{
    /// <summary>Which turn it is.</summary>
    public static void Who(Utf8JsonWriter writer, TurnDraft draft)
    {
        writer.WriteString("turn"u8, draft.Id);
        writer.WriteString("conversation"u8, draft.Conversation.Id);
        if (draft.Project is { } project) writer.WriteString("project"u8, project);
        if (draft.Request.User is { } user) writer.WriteString("user"u8, user);
        if (draft.Prompt?.Prompt is { Key.Length: > 0 } prompt) writer.WriteString("prompt"u8, prompt.Key);
    }

    /// <summary>A draft as it stands.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="draft">The draft.</param>
    /// <param name="secret">Names that some prompt declares secret.</param>
    public static void Write(Utf8JsonWriter writer, TurnDraft draft, IReadOnlySet<string> secret)
    {
        Who(writer, draft);
        writer.WriteString("typed"u8, SecretText.Hide(draft.Request.Content, draft.Trace.Secrets));
        writer.WriteString("content"u8, draft.Content);
        if (draft.Model is { } model) writer.WriteString("model"u8, model);
        writer.WritePropertyName("parameters"u8);
        JsonSerializer.Serialize(writer, draft.Parameters, TurnpikeJson.Relaxed.TurnParameters);
        writer.WritePropertyName("variables"u8);
        JsonSerializer.Serialize(writer, Variables(draft, secret), TurnpikeJson.Relaxed.DictionaryStringJsonElement);
        writer.WriteString("tools"u8, draft.State.Top.Tools.ToString());
        writer.WriteString("rules"u8, draft.State.Top.Rules.ToString());
        writer.WriteStartArray("resources"u8);
        foreach (var resource in draft.State.Resources)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, resource.Id);
            writer.WriteString("kind"u8, resource.Kind);
            if (resource.Title is { } title) writer.WriteString("title"u8, title);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WritePropertyName("triggers"u8);
        JsonSerializer.Serialize(writer, TriggerRecord.Hidden(draft.Triggers, draft.Trace.Secrets), TurnpikeJson.Relaxed.IReadOnlyListTriggerRecord);
    }

    /// <summary>The values that the layers give, the highest winning; secret ones are masked.</summary>
    private static Dictionary<string, JsonElement> Variables(TurnDraft draft, IReadOnlySet<string> secret)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var layer in draft.State.Layers)
        {
            foreach (var (name, value) in layer.Variables) if (value.ValueKind != JsonValueKind.Null) values.TryAdd(name, value);
        }
        foreach (var name in secret.Concat(draft.Prompt?.Prompt.Secrets ?? [])) if (values.ContainsKey(name)) values[name] = SecretText.Masked;
        return values;
    }
}
