using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible;

/// <summary>A message of the system that stood before all others in what a caller sent. It is part of the turn's system text, and its log keeps it apart for those who list what was sent.</summary>
/// <param name="Role"><c>system</c> or <c>developer</c>.</param>
/// <param name="Text">What it says.</param>
/// <param name="Name">The name that it was given.</param>
internal sealed record LeadingMessage(string Role, string Text, string? Name)
{
    private const string Member = "leading";

    /// <summary>Notes the messages for the log.</summary>
    public static void Note(JsonObject face, IReadOnlyList<LeadingMessage> messages)
    {
        if (messages.Count == 0) return;
        face[Member] = new JsonArray([.. messages.Select(message => (JsonNode?)new JsonObject { ["role"] = message.Role, ["text"] = message.Text, ["name"] = message.Name })]);
    }

    /// <summary>The messages that a turn's log tells of.</summary>
    public static IReadOnlyList<LeadingMessage> Of(IReadOnlyList<TurnEvent> log) => log is not [TurnStarted { Face: { } face }, ..] || face.Member(Member) is not { ValueKind: JsonValueKind.Array } list ? []
        : [.. list.EnumerateArray().Select(message => new LeadingMessage(message.Text("role") ?? "system", message.Text("text") ?? "", message.Text("name")))];
}
