namespace Turnpike.Storage.Events;

/// <summary>A row of the log: one event, or a run of deltas of one block.</summary>
/// <param name="First">The number of its first event.</param>
/// <param name="Last">The number of its last event.</param>
/// <param name="Type">The type of its events.</param>
/// <param name="At">When the first was appended, in Unix milliseconds.</param>
/// <param name="Data">JSON: the event's members; those of a run have <c>cuts</c> and <c>ms</c> beside the whole text.</param>
internal readonly record struct EventRow(long First, long Last, string Type, long At, ReadOnlyMemory<byte> Data);
