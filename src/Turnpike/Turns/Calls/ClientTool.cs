using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Calls;

/// <summary>A tool that whoever submits the turn executes. It takes the place of a tool of the server that has its name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClientTool
{
    /// <summary>The name the model calls it by, 1 to 200 characters, no <c>*</c> or <c>?</c>.</summary>
    public required string Name { get; init; }
    /// <summary>What it does.</summary>
    public string? Description { get; init; }
    /// <summary>JSON Schema of its arguments; null: none are taken.</summary>
    public JsonElement? Schema { get; init; }
    /// <summary>Whether the provider must keep to the schema exactly, where it can; null: as the provider does.</summary>
    public bool? Strict { get; init; }
}
