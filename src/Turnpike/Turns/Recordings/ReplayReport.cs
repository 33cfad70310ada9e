using System.Text.Json;

namespace Turnpike.Turns.Recordings;

/// <summary>What came of running a turn again from its recording.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Same">Whether nothing differs.</param>
/// <param name="Differences">What differs, at most 100.</param>
/// <param name="Attempts">The requests to providers that were recorded.</param>
public sealed record ReplayReport(string Turn, bool Same, IReadOnlyList<ReplayDifference> Differences, IReadOnlyList<ReplayedAttempt> Attempts)
{
    /// <summary>The most differences that are told: 100.</summary>
    public const int MostDifferences = 100;
}

/// <summary>One place where the turn as kept and the turn as it would be now differ.</summary>
/// <param name="Where">The place: <c>request.…</c> in what is sent first, <c>attempts[step.try].body.…</c> in what goes over the wire, <c>messages…, usage…, status</c> in what comes of it.</param>
/// <param name="Kept">What is there as kept; null: nothing. Long texts are cut around the place.</param>
/// <param name="Now">What is there now; null: nothing.</param>
public sealed record ReplayDifference(string Where, JsonElement? Kept, JsonElement? Now);

/// <summary>A request to a provider that was recorded.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Attempt">The try of the step, from 1.</param>
/// <param name="Model">The model asked.</param>
/// <param name="Status">The HTTP status; null: no answer came.</param>
/// <param name="Bytes">The bytes of the answer.</param>
/// <param name="Truncated">Whether not all bytes were kept.</param>
public sealed record ReplayedAttempt(int Step, int Attempt, string Model, int? Status, long Bytes, bool Truncated);
