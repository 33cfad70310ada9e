using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Projects;

/// <summary>Recordings as the members of their turns' projects see them.</summary>
internal sealed class GuardedRecordings(IRecordingStore inner, ProjectAccess access) : IRecordingStore
{
    public Task AddAsync(string turn, RecordedAttempt attempt, CancellationToken cancellationToken) => inner.AddAsync(turn, attempt, cancellationToken);

    public async Task<IReadOnlyList<RecordedAttempt>> OfAsync(string turn, CancellationToken cancellationToken) =>
        await access.SeesAsync(new ProjectThing(ProjectThings.Turn, turn), cancellationToken) ? await inner.OfAsync(turn, cancellationToken) : [];
}
