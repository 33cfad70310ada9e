using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>What of a conversation can be changed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConversationChange
{
    /// <summary>A name for people; at most 500 characters.</summary>
    public string? Title { get; init; }
    /// <summary>The project whose settings its turns have.</summary>
    public string? Project { get; init; }
    /// <summary>The newest turn of the branch to show; the next turn answers to it.</summary>
    public string? Head { get; init; }
    /// <summary>Whether it stands before the others.</summary>
    public bool? Pinned { get; init; }
    /// <summary>Whether it is marked to be found again.</summary>
    public bool? Starred { get; init; }
    /// <summary>Whether it is put away.</summary>
    public bool? Archived { get; init; }
    /// <summary>The model its turns use unless they say otherwise.</summary>
    public string? Model { get; init; }
    /// <summary>Parameters its turns use unless they say otherwise, in place of those before.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>Names or globs of the tools that its turns are offered, in place of those before.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
    /// <summary>Ids or names of the rules that its turns have, in place of those before.</summary>
    public IReadOnlyList<string>? Rules { get; init; }
}
