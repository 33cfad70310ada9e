namespace Turnpike.Turns.Catalogs;

/// <summary>The tool that searches the web for models that cannot do it themselves. A turn only wishes to search (<see cref="TurnParameters.WebSearch"/>); how it is done shows when its model is known.</summary>
internal static class SearchTool
{
    /// <summary>Its name.</summary>
    public const string Name = "webSearch";

    /// <summary>Whether a turn that wishes to search needs the tool: its model is known to have no search of its own, or nobody knows, and it may call tools.</summary>
    public static bool IsNeeded(TurnParameters parameters, ModelInfo? model) => parameters.WebSearch == true && model is not { Tools: false } && model?.Parameters?.Contains(Name) != true;

    /// <summary>Whether nobody knows if a model searches the web itself.</summary>
    public static bool IsUncertain(ModelInfo? model) => model?.Parameters is null;

    /// <summary>Whether it is among the tools that a turn offers.</summary>
    public static bool IsAmong(IReadOnlyList<KnownTool> tools) => tools.Any(tool => ToolGlob.Fits(Name, tool));
}
