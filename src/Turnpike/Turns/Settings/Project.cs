using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Settings;

/// <summary>Settings that conversations share. Projects form a tree: what a project does not say, the one above it says.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Project
{
    /// <summary>The most projects from the root of a tree to a leaf.</summary>
    public const int MostDeep = 32;

    /// <summary><c>proj_…</c>; empty for one that was never saved.</summary>
    public string Id { get; init => field = value ?? ""; } = "";
    /// <summary>A name for people, 1 to 100 characters.</summary>
    public required string Name { get; init; }
    /// <summary>Id of the project above it; null: it is a root.</summary>
    public string? Parent { get; init; }
    /// <summary>System text of its turns.</summary>
    public ProjectSystem? System { get; init; }
    /// <summary>The model id; null: the layers below decide.</summary>
    public string? Model { get; init; }
    /// <summary>How the model is asked.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>Names or globs of tools to offer: what <see cref="ToolSelection"/> adds.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Tools { get => ToolSelection.Add; init => ToolSelection = ToolSelection with { Add = value }; }
    /// <summary>How it changes the set of tools of the layers below, by names or globs. In JSON <c>tools</c>: a list adds; <c>{only?, add?, remove?}</c>, of which <c>"only": []</c> means none.</summary>
    [JsonPropertyName("tools")]
    [JsonConverter(typeof(AddedNamesConverter))]
    public NameSelection ToolSelection { get; init => field = value ?? NameSelection.None; } = NameSelection.None;
    /// <summary>What becomes of calls of tools, by name or glob: <c>allow, ask, deny</c>; null: the layers below decide.</summary>
    public IReadOnlyDictionary<string, ToolDecision>? Approval { get; init; }
    /// <summary>Ids or names of rules; <c>tag:name</c> stands for a tag's rules.</summary>
    public IReadOnlyList<string> Rules { get; init => field = value ?? []; } = [];
    /// <summary>Names of tags, whose rules it has.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];
    /// <summary>Values of variables.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init => field = value ?? new Dictionary<string, JsonElement>(); } = new Dictionary<string, JsonElement>();

    /// <summary>How often it was saved, from 1, or from above all projects that are gone; 0: never. The store gives it.</summary>
    public int Revision { get; init; }

    /// <summary>What it says, as a layer of a turn: <c>project:</c> and its id.</summary>
    public SettingsLayer ToLayer() => new()
    {
        Name = "project:" + Id,
        Model = Model,
        Parameters = Parameters ?? TurnParameters.None,
        Tools = ToolSelection,
        Rules = NameSelection.Adding([.. Rules, .. Tags.Select(tag => Tag.Prefix + tag)]),
        Variables = Variables,
        Approval = Approval ?? new Dictionary<string, ToolDecision>(),
        System = System is { } said ? new(said.Text, said.Mode == ProjectSystemMode.Replace) : null,
    };
}
