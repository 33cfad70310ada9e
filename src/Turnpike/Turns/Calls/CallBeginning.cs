using System.Text.Json;

namespace Turnpike.Turns.Calls;

/// <summary>Whether a call that was approved may run now.</summary>
/// <param name="MayRun">It was never begun, and now is.</param>
/// <param name="Recorded">The result of its first run, as the event's own members; null: it was begun and its result is not known.</param>
public sealed record CallBeginning(bool MayRun, JsonElement? Recorded = null);
