using System.Text.Json;

namespace Turnpike.Turns.Calls;

/// <summary>A question of a tool, which a form can ask.</summary>
public sealed record InputQuestion
{
    /// <summary>What is asked.</summary>
    public required string Message { get; init; }
    /// <summary>JSON Schema of the answer: an object without nested ones, whose members are the fields of the form.</summary>
    public required JsonElement Schema { get; init; }
}
