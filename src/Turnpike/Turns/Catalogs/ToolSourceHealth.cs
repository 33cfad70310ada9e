namespace Turnpike.Turns.Catalogs;

/// <summary>How a source of tools is.</summary>
/// <param name="Status"><c>ready</c>, <c>idle</c> (nobody asked it yet), <c>connecting</c> or <c>failed</c>.</param>
/// <param name="Tools">How many tools it has; null when that is not known.</param>
/// <param name="Error">What went wrong last.</param>
/// <param name="Detail">What it says of itself, such as the version of its protocol.</param>
public sealed record ToolSourceHealth(string Status, int? Tools = null, string? Error = null, string? Detail = null)
{
    /// <summary>Tools that it has and that are not offered, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>A source that is always there.</summary>
    public static ToolSourceHealth Ready { get; } = new("ready");
}
