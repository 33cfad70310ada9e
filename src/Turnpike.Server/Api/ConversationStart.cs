using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>What a conversation is started with.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConversationStart
{
    public PromptReference? Prompt { get; init; }
    public string? Title { get; init; }
    public Dictionary<string, JsonElement>? Variables { get; init; }
    public TurnParameters? Parameters { get; init; }
    public string? Model { get; init; }
    public IReadOnlyList<string>? Tools { get; init; }
    public IReadOnlyList<string>? Rules { get; init; }
    public string? Project { get; init; }
}

/// <summary>What of a conversation can be changed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConversationChange
{
    public string? Title { get; init; }
    public string? Project { get; init; }
    public IReadOnlyList<string>? Rules { get; init; }
}
