namespace Turnpike.Turns.Catalogs;

/// <summary>The tool that searches the web for models that cannot do it themselves. A turn only wishes to search (<see cref="TurnParameters.WebSearch"/>); how it is done shows when its model is known.</summary>
internal static class SearchTool
{
    /// <summary>Its name.</summary>
    public const string Name = "webSearch";

    /// <summary>Whether a turn that wishes to search needs the tool: its model is known to have no search of its own, and may call tools.</summary>
    public static bool IsNeeded(TurnParameters parameters, ModelInfo? model) => parameters.WebSearch == true && model is { Tools: not false, Parameters: { } taken } && !taken.Contains(Name);

    /// <summary>Whether it is among the tools that a turn offers.</summary>
    public static bool IsAmong(IReadOnlyList<KnownTool> tools) => tools.Any(tool => ToolGlob.Fits(Name, tool));
}
