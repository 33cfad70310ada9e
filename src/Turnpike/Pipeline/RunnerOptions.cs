using System.ComponentModel.DataAnnotations;

namespace Turnpike.Pipeline;

/// <summary>How turns are run.</summary>
public sealed class RunnerOptions : IValidatableObject
{
    /// <summary>The node's name, shown with its turns. Default: machine name, process id and a random part.</summary>
    public string Node { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Turns.Ids.New("n")[^6..]}";

    /// <summary>How often leases of running turns are renewed, 10 ms to 10 minutes. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after its last renewal a turn's node counts as gone: at least twice as long as <see cref="RenewEvery"/>, at most an hour. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stopping host waits for running turns before it ends them, at most an hour. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Lease >= 2 * RenewEvery ? [] : [new ValidationResult($"It must be at least twice RenewEvery, which is {RenewEvery}: a renewal that comes late would lose the node its turns.", [nameof(Lease)])];
}
