namespace Turnpike.Turns.Json;

/// <summary>Where an event stands: what every event has beside its own members.</summary>
/// <param name="Turn">The turn's id.</param>
/// <param name="Conversation">The conversation's id.</param>
/// <param name="Sequence">The number, from 1.</param>
/// <param name="At">When it was appended, UTC.</param>
public readonly record struct TurnEventPlace(string Turn, string Conversation, long Sequence, DateTimeOffset At);
