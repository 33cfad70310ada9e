using System.ComponentModel.DataAnnotations;

namespace Turnpike.Turns.Files;

/// <summary>How large uploaded files may be, and how long bytes stay that nothing refers to.</summary>
public sealed class UploadOptions
{
    /// <summary>The largest file, in bytes, 1 KiB to 16 GiB. Default 512 MiB.</summary>
    [Range(1024, 16L << 30)]
    public long Bytes { get; set; } = 512L << 20;

    /// <summary>How long bytes stay that no file, turn or conversation refers to. Default 1 hour: a turn that is being prepared may still come to need them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan Unreferenced { get; set; } = TimeSpan.FromHours(1);
}
