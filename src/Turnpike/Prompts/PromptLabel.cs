namespace Turnpike.Prompts;

/// <summary>A movable name for a version.</summary>
/// <param name="Label">The name.</param>
/// <param name="Version">The number of the version that it names now.</param>
/// <param name="Protected">Whether only who has the right to may move it or take it away.</param>
public sealed record PromptLabel(string Label, int Version, bool Protected)
{
    internal const string Latest = "latest";
    internal const int Longest = 100;
}
