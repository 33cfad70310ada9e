using Turnpike.Prompts;
using Turnpike.Storage.Sql;

namespace Turnpike.Server.Hosting;

/// <summary>Asks the stores whether they answer. All who ask at the same time wait for one question: a database that is silent holds one connection, however many probes come.</summary>
internal sealed class Readiness(IPromptStore prompts, SqlDatabase database)
{
    private readonly Lock _gate = new();
    private Task _asked = Task.CompletedTask;

    /// <summary>Waits for the answer as long as the token allows; the question goes on, for a database that has begun to answer is not interrupted.</summary>
    public Task CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_asked.IsCompleted) _asked = Watched(Task.Run(AskAsync, CancellationToken.None)); // on a thread of its own: a file that is locked is waited for there
            return _asked.WaitAsync(cancellationToken);
        }
    }

    private async Task AskAsync()
    {
        await prompts.FindAsync("ready?", null, CancellationToken.None);
        await database.CheckAsync(CancellationToken.None);
    }

    /// <summary>The task; its fault is looked at also when nobody waits any more.</summary>
    private static Task Watched(Task asked)
    {
        _ = asked.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return asked;
    }
}
