using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>What a request for a response said, as its turn's log keeps it, so that the response can say it again. All empty for turns that were made elsewhere.</summary>
internal readonly record struct ResponseFace(JsonElement? Said)
{
    public bool ShowsReasoning => Flag("showsReasoning", false);
    public bool SealsReasoning => Flag("sealsReasoning", false);
    public bool Background => Flag("background", false);
    public bool Stored => Flag("stored", true);
    public bool Parallel => Flag("parallel", true);
    public string? Previous => Said?.Text("previous");
    public bool NamesConversation => Flag("namesConversation", false);
    public string Truncation => Said?.Text("truncation") ?? "disabled";
    public string? Text(string name) => Said?.Text(name);
    public JsonElement? Member(string name) => Said?.Member(name);

    /// <summary>A call of the turn before that this request approved, and the item that asked; null when it did not.</summary>
    public (ToolCall Call, string Request)? Approved(string callId) => Decision(callId) is { } one && one.Truth("approve") != false
        ? (new() { CallId = callId, Name = one.Text("name") ?? "", Tool = one.Text("tool"), Arguments = one.Text("arguments") ?? "", Source = one.Text("source") ?? "" }, one.Text("request") ?? "") : null;

    /// <summary>What this request said to a call of the turn before that asked for a yes or no: <c>{callId, name, arguments, source, request, approve, reason?}</c>; null when it said nothing.</summary>
    public JsonElement? Decision(string callId)
    {
        foreach (var one in Said?.List("approved") ?? []) if (one.Text("callId") == callId) return one;
        return null;
    }

    private bool Flag(string name, bool standard) => Said?.Truth(name) ?? standard;
}
