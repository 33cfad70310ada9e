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
    /// <summary>Of a turn that is kept: what was composed anew for models that stood in, in the order in which they were asked, each under its own <see cref="Model"/>; null: none was.</summary>
    public IReadOnlyList<ModelRequest>? StandIns { get; init; }
}
