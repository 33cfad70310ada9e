namespace Turnpike.Pipeline;

/// <summary>How turns are run.</summary>
public sealed class RunnerOptions
{
    /// <summary>The node's name, shown with its turns. Default: machine name, process id and a random part.</summary>
    public string Node { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Turns.Ids.New("n")[^6..]}";

    /// <summary>How often leases of running turns are renewed. Default 5 s.</summary>
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after its last renewal a turn's node counts as gone. Default 15 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stopping host waits for running turns before it ends them. Default 30 s.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(30);
}
