using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Prompts;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns;

/// <summary>Turns in a tree, with the prompt they are pinned to and the settings they share.</summary>
public sealed record Conversation
{
    /// <summary><c>conv_…</c>.</summary>
    public required string Id { get; init; }
    /// <summary>A name for people.</summary>
    public string? Title { get; init; }
    /// <summary>How the text begins that was typed in it first, at most 100 characters, for lists of conversations without a title; null: nothing was typed, or it is not to be kept.</summary>
    public string? Beginning { get; init; }
    /// <summary>The exact prompt it is pinned to; null until a turn brings one.</summary>
    public Prompt? Prompt { get; init; }
    /// <summary>The newest turn of the shown branch.</summary>
    public string? Head { get; init; }
    /// <summary>Values that its turns share.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init => field = value ?? new Dictionary<string, JsonElement>(); } = new Dictionary<string, JsonElement>();
    /// <summary>The model its turns use unless they say otherwise.</summary>
    public string? Model { get; init; }
    /// <summary>The time zone that its latest request named, by its IANA id; null: none did. Later requests need not name it again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimeZone { get; init; }
    /// <summary>Parameters its turns use unless they say otherwise.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>The tools its turns are offered: how its layer changes the set of the layers below.</summary>
    public NameSelection Tools { get; init => field = value ?? NameSelection.None; } = NameSelection.None;
    /// <summary>The project whose settings its turns have.</summary>
    public string? Project { get; init; }
    /// <summary>The rules its turns have: how its layer changes the set of the layers below.</summary>
    public NameSelection Rules { get; init => field = value ?? NameSelection.None; } = NameSelection.None;
    /// <summary>System text of its turns, under that of their prompt.</summary>
    public ProjectSystem? System { get; init; }
    /// <summary>The agent of its turns; null: none.</summary>
    public ConversationAgent? Agent { get; init; }
    /// <summary>What is attached to it: those that stay, and those that go with its next turn.</summary>
    public IReadOnlyList<Resource> Resources { get; init => field = value ?? []; } = [];
    /// <summary>Summaries that stand for its oldest turns, oldest summary first; the newest that fits the branch counts.</summary>
    public IReadOnlyList<ConversationSummary> Summaries { get; init => field = value ?? []; } = [];
    /// <summary>The turn of another conversation that it goes on from, if it is a fork.</summary>
    public string? ForkedFrom { get; init; }
    /// <summary>What it was called where it was imported from.</summary>
    public string? ImportedFrom { get; init; }
    /// <summary>Whether it stands before the others in lists that people see.</summary>
    public bool Pinned { get; init; }
    /// <summary>Whether it is marked to be found again.</summary>
    public bool Starred { get; init; }
    /// <summary>Whether it is put away: lists leave it out unless they are asked for it.</summary>
    public bool Archived { get; init; }
    /// <summary>Pairs of text that a face keeps with it; null: none.</summary>
    public JsonElement? Metadata { get; init; }
    /// <summary>Whether it was deleted where its turns stay until they are deleted themselves: it cannot be continued.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Closed { get; init; }
    /// <summary>Ids of items that a face shows no longer.</summary>
    public IReadOnlyList<string> HiddenItems { get; init => field = value ?? []; } = [];
    /// <summary>Parts of its turns' messages that are sent to no model again, by their names: <c>turn_…/messages/0/1</c> is the second part of the first message.</summary>
    public IReadOnlyList<string> HiddenParts { get; init => field = value ?? []; } = [];
    /// <summary>When it was started, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was last changed, UTC.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
