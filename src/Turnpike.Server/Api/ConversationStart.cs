using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>What a conversation is started with.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConversationStart
{
    /// <summary>The prompt it is pinned to: by name, with an overlay, or an object that was never saved.</summary>
    public PromptReference? Prompt { get; init; }
    /// <summary>A name for people.</summary>
    public string? Title { get; init; }
    /// <summary>Values that its turns share.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }
    /// <summary>Parameters its turns use unless they say otherwise.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>The model its turns use unless they say otherwise.</summary>
    public string? Model { get; init; }
    /// <summary>Names or globs of tools that its turns are offered: a list adds to those of the layers below.</summary>
    public NameSelection? Tools { get; init; }
    /// <summary>Ids or names of rules that its turns have, in the same forms; <c>tag:name</c> stands for a tag's rules.</summary>
    public NameSelection? Rules { get; init; }
    /// <summary>What is attached to it, beside what its prompt brings.</summary>
    public IReadOnlyList<ResourceInput>? Resources { get; init; }
    /// <summary>The project whose settings its turns have; left out: that of its prompt.</summary>
    public string? Project { get; init; }
}
