using Turnpike.Storage.Events;
using Turnpike.Turns.Events;

namespace Turnpike.Storage.Postgres;

/// <summary>An event that somebody waits for; without one, somebody waits for all that was handed over before.</summary>
internal sealed class PostgresEventJob(TurnEvent? happened) : GroupJob
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TurnEvent? Event => happened;

    public Task Task => _written.Task;

    public void Done() => _written.TrySetResult();

    public override void Fail(Exception error) => _written.TrySetException(error);
}
