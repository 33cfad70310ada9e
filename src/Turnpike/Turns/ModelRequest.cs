using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>What is sent to the model: the third of a turn's shapes, immutable. Its JSON form is the preview's, byte for byte.</summary>
public sealed record ModelRequest
{
    /// <summary><c>provider/name</c>.</summary>
    public required string Model { get; init; }
    /// <summary>The messages, in order.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }
    /// <summary>The tools offered, in order of their names.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; init => field = value ?? []; } = [];
    /// <summary>How the model is asked.</summary>
    public TurnParameters Parameters { get; init => field = value ?? TurnParameters.None; } = TurnParameters.None;
}
