using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>What of a conversation's resource can be changed; what is left out stays as it is, null takes the title away. New content is loaded at once.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ResourceChange
{
    /// <summary>A name for people and for the model; null takes it away.</summary>
    public string? Title
    {
        get;
        set => (field, NamesTitle) = (value, true); // only what stands in the body is set
    }
    /// <summary>How long it stays.</summary>
    public ResourcePolicy? Policy { get; init; }
    /// <summary>Its place among the conversation's resources, from 0.</summary>
    public int? Position { get; init; }
    /// <summary>New text.</summary>
    public string? Text { get; init; }
    /// <summary>Base64 of new bytes.</summary>
    public string? Data { get; init; }
    /// <summary>A new URL.</summary>
    public string? Url { get; init; }
    /// <summary>Id of another uploaded file.</summary>
    public string? File { get; init; }
    /// <summary>Another path in the workspace.</summary>
    public string? Path { get; init; }
    /// <summary>Another thing for its kind's loader to look up.</summary>
    public string? Ref { get; init; }
    /// <summary>The bytes' type, of new ones or of those that are there.</summary>
    public string? MediaType { get; init; }
    /// <summary>How a table is shown: <c>markdown</c> or <c>csv</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Whether it says something of the title.</summary>
    internal bool NamesTitle { get; private set; }

    /// <summary>Whether it brings content.</summary>
    internal bool HasContent => Text is not null || Data is not null || Url is not null || File is not null || Path is not null || Ref is not null;
}
