using System.Text.Json.Serialization;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Access;

/// <summary>How the requests of a key are read by the faces that speak other protocols.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record KeySettings
{
    /// <summary>The defaults.</summary>
    public KeySettings()
    {
    }

    /// <summary>What JSON says of them; a member that it leaves out keeps its default.</summary>
    [JsonConstructor]
    internal KeySettings(bool reasoningContent = true, bool listPrompts = true) => (ReasoningContent, ListPrompts) = (reasoningContent, listPrompts);

    /// <summary>The defaults.</summary>
    public static KeySettings Standard { get; } = new();

    /// <summary><c>on</c> or <c>off</c>: whether triggers in typed text are read; null: the face and the prompt decide.</summary>
    public string? Triggers { get; init; }
    /// <summary><c>full</c> or <c>transparent</c>: whether base system text, rules and tools join a request that names no prompt; null: the face decides.</summary>
    public string? Compose { get; init; }
    /// <summary>Whether chat completions are stored that do not say.</summary>
    public bool StoreChat { get; init; }
    /// <summary>Whether reasoning is shown as <c>reasoning_content</c>.</summary>
    public bool ReasoningContent { get; init; } = true;
    /// <summary>Whether prompts are listed as models.</summary>
    public bool ListPrompts { get; init; } = true;
    /// <summary><c>ask</c> or <c>allow</c>: what becomes of tool calls that want an approval where nobody can be asked.</summary>
    public string Approvals { get; init => field = value ?? "ask"; } = "ask";
    /// <summary>What becomes of calls of tools in its turns, by tool name or glob; it counts before what prompts and projects say.</summary>
    public IReadOnlyDictionary<string, ToolDecision> ToolApproval { get; init => field = value ?? new Dictionary<string, ToolDecision>(); } = new Dictionary<string, ToolDecision>();
}
