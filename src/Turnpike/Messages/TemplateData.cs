using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Messages;

/// <summary>What templates find behind <c>@</c>: <c>@state, @user, @auth, @metadata</c>.</summary>
internal static class TemplateData
{
    public static IReadOnlyDictionary<string, object?> Of(TurnDraft draft, Prompt prompt) => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["state"] = Element(new(draft.State.Conversation.Variables.Select(pair => KeyValuePair.Create(pair.Key, Node(pair.Value))))),
        ["user"] = Element(new() { ["id"] = draft.Request.User }),
        ["auth"] = Element(new() { ["user"] = draft.Request.User, ["organization"] = draft.Request.Organization }),
        ["metadata"] = Element(new() { ["prompt"] = Prompt(prompt), ["docs"] = Docs(draft), ["messages"] = Messages(draft) }),
    };

    private static JsonObject Prompt(Prompt prompt)
    {
        var said = new JsonObject { ["key"] = prompt.Key, ["version"] = prompt.Version, ["title"] = prompt.Title, ["description"] = prompt.Description, ["model"] = prompt.Model };
        foreach (var (name, value) in prompt.Metadata ?? []) said[name] = value?.DeepClone();
        return said;
    }

    private static JsonArray Docs(TurnDraft draft) =>
        [.. draft.State.Resources.Where(resource => resource.Text is not null).Select(resource => (JsonNode)new JsonObject { ["title"] = resource.Title, ["kind"] = resource.Kind, ["content"] = resource.Text })];

    private static JsonArray Messages(TurnDraft draft) =>
        [.. SentTurns.Of(draft.History).SelectMany(turn => turn.Messages).Where(message => message.Text.Length > 0).Select(message => (JsonNode)new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text })];

    private static JsonNode? Node(JsonElement value) => JsonSerializer.SerializeToNode(value, TurnpikeJson.Relaxed.JsonElement);

    private static JsonElement Element(JsonObject json) => JsonSerializer.SerializeToElement(json, TurnpikeJson.Relaxed.JsonObject);
}
