using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Pipeline;

/// <summary>Several models answer the same text: the first in the turn itself, each other one in a turn beside it, begun when the turn is kept.</summary>
internal sealed class RaceTriggers(ModelCatalog models, Lazy<TurnRunner> runner, Lazy<TurnBranches> branches) : ITriggerNamespace
{
    private const int Most = 8;

    public string Name => "race";

    public string Description => "Several models for one text.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "models",
            Description = "Asks the first model in this turn, and each other one in a turn beside it; the last one is the branch that is shown. Doing such a turn again asks one model.",
            Arguments = [new() { Name = "models", List = true, Required = true, Suggest = SuggestAsync, Description = "Models' ids (provider/name) or aliases, two to eight." }],
            Example = "@.race.models openai/gpt-5, anthropic/claude-opus-4-5;",
            Repeat = TriggerRepeat.Independent,
            CanStick = false,
            Handler = RaceAsync,
        },
    ];

    private async ValueTask RaceAsync(TriggerInvocation invocation, CancellationToken cancellationToken)
    {
        var (draft, names) = (invocation.Draft, invocation.Arguments.List("models"));
        if (names.Count is < 2 or > Most) throw new TurnException(TurnErrorCode.ParameterInvalid, $"A race takes two to {Most} models; these are {names.Count}.");
        foreach (var name in names) await models.ChooseAsync(name, cancellationToken); // a name that nobody knows stays text
        draft.UseModel(names[0]);
        if (draft.Request is { Again: not null, AgainAs: not TurnOriginKind.Edit }) return;
        foreach (var name in names.Skip(1)) invocation.After($"Asks {name} in a turn beside this one.", stop => BesideAsync(draft.Id, draft.Request, name, stop));
    }

    private async Task BesideAsync(string turn, TurnRequest asked, string model, CancellationToken cancellationToken)
    {
        var request = await branches.Value.RegenerateAsync(turn, new() { Model = model, OnDisconnect = asked.OnDisconnect }, cancellationToken);
        await runner.Value.StartAsync(request with { User = asked.User, Organization = asked.Organization, Owner = asked.Owner, OnAsk = asked.OnAsk, Approval = asked.Approval, AsksInput = asked.AsksInput, AnswerWithin = asked.AnswerWithin, WholeHistory = asked.WholeHistory }, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
        [.. (await models.ListAsync(null, cancellationToken)).Select(model => new TriggerSuggestion(model.Id, model.DisplayName, model.Id))];
}
