using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>Something attached for the model to read, as it is submitted. It says once where its content is: text, data, file, url, path or ref; a kept resource's id alone attaches that one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResourceInput
{
    /// <summary>Its id (<c>res_…</c>); null: one is given. With nothing else: the kept resource of this id.</summary>
    public string? Id { get; init; }
    /// <summary>What it is: <c>text, note, file, image, audio, webpage, table, task, turn, conversation, mcp</c>, or a kind that a host registers. Empty: found out from the rest.</summary>
    public string Kind { get; init => field = value ?? ""; } = "";
    /// <summary>A name for people and for the model.</summary>
    public string? Title { get; init; }
    /// <summary>The text itself; of a table: CSV, or a JSON list of objects.</summary>
    public string? Text { get; init; }
    /// <summary>Base64 of the bytes; <see cref="MediaType"/> says what they are.</summary>
    public string? Data { get; init; }
    /// <summary>http(s) or data: URL; of kind <c>mcp</c>: the resource's URI.</summary>
    public string? Url { get; init; }
    /// <summary>Id of an uploaded file.</summary>
    public string? File { get; init; }
    /// <summary>Path of a file in the workspace, if there is one. A key that gives it needs the scope <c>files</c>.</summary>
    public string? Path { get; init; }
    /// <summary>What its kind's loader looks up: a turn's or a conversation's id, or whatever a host's own kind understands.</summary>
    public string? Ref { get; init; }
    /// <summary>The bytes' type, for example <c>image/png</c>.</summary>
    public string? MediaType { get; init; }
    /// <summary>How a table is shown: <c>markdown</c> (default) or <c>csv</c>.</summary>
    public string? Format { get; init; }
    /// <summary>Of an image: how closely the model looks at it, <c>low, high, auto</c> or another word of the provider; null: as the provider does.</summary>
    public string? Detail { get; init; }
    /// <summary>How long it stays.</summary>
    public ResourcePolicy Policy { get; init; }

    /// <summary>Whether it is nothing but an id.</summary>
    internal bool IsReference => this is { Id: not null, Text: null, Data: null, Url: null, File: null, Path: null, Ref: null };
}

/// <summary>How long a resource stays.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResourcePolicy>))]
public enum ResourcePolicy
{
    /// <summary>Part of this turn's message; later turns see it in history as it was.</summary>
    [JsonStringEnumMemberName("once")] Once,
    /// <summary>Sent with every turn until dropped.</summary>
    [JsonStringEnumMemberName("sticky")] Sticky,
    /// <summary>Sticky, and loaded again each turn.</summary>
    [JsonStringEnumMemberName("refresh")] Refresh,
}
