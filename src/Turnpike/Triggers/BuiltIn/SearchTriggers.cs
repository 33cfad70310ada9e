using Turnpike.Turns.Catalogs;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Web search: the provider's own, or the tool <c>webSearch</c> where the model is known to have none.</summary>
internal sealed class SearchTriggers(ModelCatalog models, ToolNames tools) : ITriggerNamespace
{
    private const string Tool = "webSearch";

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
            Handler = async (invocation, cancellationToken) =>
            {
                if (HasOwn(invocation.Draft.Model ?? models.Default))
                {
                    invocation.Draft.SetParameter("webSearch", Method.Json(true));
                    return;
                }
                var tool = await tools.CheckedAsync([Tool], invocation.Draft, cancellationToken);
                invocation.Draft.SelectTools(selection => selection.Activate(tool));
            },
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
                invocation.Draft.SelectTools(selection => selection.Deactivate([Tool]));
            }),
        },
    ];

    /// <summary>Unless something is known of the model, it is tried.</summary>
    private bool HasOwn(string model) => models.Known(models.Aliases.GetValueOrDefault(model, model))?.Parameters?.Contains("webSearch") != false;
}
