using System.ComponentModel.DataAnnotations;

namespace Turnpike.Turns.Web;

/// <summary>What the program may fetch from the web for somebody else, such as pages that people attach.</summary>
public sealed class WebAccessOptions
{
    /// <summary>Private hosts that may be asked all the same: names, addresses, or networks such as <c>10.1.0.0/16</c>. Default: none.</summary>
    public List<string> Allow { get; } = [];

    /// <summary>The most redirects that are followed, each checked again. Default 5.</summary>
    [Range(0, 20)]
    public int Redirects { get; set; } = 5;

    /// <summary>How long a whole fetch may take. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most bytes of an answer, unpacked. Default 5 MiB.</summary>
    [Range(1, int.MaxValue)]
    public int Bytes { get; set; } = 5 << 20;
}
