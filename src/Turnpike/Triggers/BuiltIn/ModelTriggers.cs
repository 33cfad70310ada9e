using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Which model answers.</summary>
internal sealed class ModelTriggers(ModelCatalog models) : ITriggerNamespace
{
    public string Name => "model";

    public string Description => "Which model answers.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "use",
            Description = "Asks this model.",
            Arguments = [new() { Name = "model", Required = true, Suggest = SuggestAsync, Description = "A model's id (provider/name) or alias." }],
            Example = "@.model.use openai/gpt-5;",
            Handler = async (invocation, cancellationToken) =>
            {
                var name = invocation.Arguments.Text("model")!;
                await models.ChooseAsync(name, cancellationToken); // a name that nobody knows stays text
                invocation.Draft.UseModel(name);
            },
        },
    ];

    private async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
    [
        .. models.Aliases.Where(alias => KeyScope.AllowsModel(alias.Value)).Select(alias => new TriggerSuggestion(alias.Key, Detail: alias.Value)),
        .. (await models.ListAsync(null, cancellationToken)).Select(model => new TriggerSuggestion(model.Id, model.DisplayName, model.Id)),
    ];
}
