using System.ComponentModel.DataAnnotations;
using Turnpike.Turns.Calls;

namespace Turnpike.Tools;

/// <summary>Bounds of tool calls.</summary>
public sealed class ToolOptions : IValidatableObject
{
    /// <summary>The most calls of one step that run at once, 1 to 64. Default 8.</summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 8;

    /// <summary>How long one call may take, 1 ms to a day. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long calls of these tools may take, by name or glob; the most exact one counts. Each 1 ms to a day.</summary>
    public Dictionary<string, TimeSpan> Timeouts { get; } = [];

    /// <summary>The longest result told to the model, in UTF-16 units; the rest is cut with a note. Default 1 Mi.</summary>
    [Range(256, int.MaxValue)]
    public int ResultLength { get; set; } = 1 << 20;

    /// <summary>The largest image, recording or file in a result, in bytes; a larger one is left out with a note. Default 8 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int ResultMediaBytes { get; set; } = 8 << 20;

    /// <summary>What becomes of calls of tools, by name or glob, where no layer of the turn says it. Default: those of trusted sources run, others are asked for.</summary>
    public Dictionary<string, ToolDecision> Approval { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from timeout in Timeouts
        where timeout.Value < TimeSpan.FromMilliseconds(1) || timeout.Value > TimeSpan.FromDays(1)
        select new ValidationResult("It must be between 1 ms and a day.", [$"{nameof(Timeouts)}:{timeout.Key}"]);
}
