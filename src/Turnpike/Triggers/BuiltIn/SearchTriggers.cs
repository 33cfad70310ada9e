using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Web search: the provider's own, or the tool <c>webSearch</c> where the model is known to have none. Which of them is decided when the model is known.</summary>
internal sealed class SearchTriggers : ITriggerNamespace
{
    public string Name => "search";

    public string Description => "Web search: the provider's own, otherwise the tool webSearch.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "on",
            Description = "Lets the model search the web.",
            Example = "@.search.on;",
            Repeat = TriggerRepeat.Independent,
            Handler = Method.Does(invocation =>
            {
                invocation.Draft.SetParameter("webSearch", Method.Json(true));
                if (IsOff(invocation.Draft.State)) invocation.Draft.SelectTools(selection => selection with { Remove = [.. selection.Remove.Where(name => name != SearchTool.Name)] });
            }),
        },
        new()
        {
            Name = "off",
            Description = "Keeps the model from searching the web.",
            Example = "@.search.off;",
            Repeat = TriggerRepeat.Independent,
            Handler = Method.Does(invocation =>
            {
                invocation.Draft.SetParameter("webSearch", Method.Json(false));
                invocation.Draft.SelectTools(selection => selection.Deactivate([SearchTool.Name]));
            }),
        },
    ];

    /// <summary>Whether an earlier trigger took the tool away.</summary>
    private static bool IsOff(DraftState state) => state.Top.Tools.Remove.Contains(SearchTool.Name) || state.Kept.Tools.Remove.Contains(SearchTool.Name);
}
