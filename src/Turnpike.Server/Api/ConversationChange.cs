using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>What of a conversation can be changed. What is not named stays; null takes away what a conversation may be without.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class ConversationChange
{
    private readonly HashSet<string> _cleared = new(StringComparer.Ordinal);

    /// <summary>A name for people; at most 500 characters.</summary>
    public string? Title { get; set => field = Said(value); }
    /// <summary>The project whose settings its turns have.</summary>
    public string? Project { get; set => field = Said(value); }
    /// <summary>The newest turn of the branch to show; the next turn answers to it.</summary>
    public string? Head { get; set; }
    /// <summary>Whether it stands before the others.</summary>
    public bool? Pinned { get; set; }
    /// <summary>Whether it is marked to be found again.</summary>
    public bool? Starred { get; set; }
    /// <summary>Whether it is put away.</summary>
    public bool? Archived { get; set; }
    /// <summary>The model its turns use unless they say otherwise.</summary>
    public string? Model { get; set => field = Said(value); }
    /// <summary>Parameters its turns use unless they say otherwise, in place of those before.</summary>
    public TurnParameters? Parameters { get; set => field = Said(value); }
    /// <summary>Names or globs of the tools that its turns are offered, in place of what it said before: a list adds to those of the layers below.</summary>
    public NameSelection? Tools { get; set => field = Said(value); }
    /// <summary>Ids or names of the rules that its turns have, in place of what it said before, in the same forms.</summary>
    public NameSelection? Rules { get; set => field = Said(value); }

    /// <summary>What a member of the conversation is from now on.</summary>
    public T? Over<T>(T? said, T? kept, string name) where T : class => _cleared.Contains(name) ? null : said ?? kept;

    // Only what stands in the body is set.
    private T? Said<T>(T? value, [CallerMemberName] string name = "") where T : class
    {
        if (value is null) _cleared.Add(name);
        return value;
    }
}
