using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Resources;

/// <summary>A resource of a turn with its content.</summary>
public sealed record ReadResource
{
    /// <summary>The resource as it would be kept.</summary>
    public required Resource Resource { get; init; }

    /// <summary>Its content as a part of the user's message, marked with the resource.</summary>
    public required AIContent Part { get; init; }

    /// <summary>The content's bytes when they are not kept yet.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }
}
