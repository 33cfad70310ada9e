using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>A turn that ran a prompt.</summary>
/// <param name="Turn">The turn's id.</param>
/// <param name="Conversation">The conversation it belongs to.</param>
/// <param name="Version">The version that it ran; null for an object that was never saved.</param>
/// <param name="Hash">The content hash of what it ran: another one than the version's when the request changed it.</param>
/// <param name="Status">How it stands.</param>
/// <param name="CreatedAt">When it was submitted, UTC.</param>
public sealed record PromptUse(string Turn, string Conversation, int? Version, string? Hash, TurnStatus Status, DateTimeOffset CreatedAt);
