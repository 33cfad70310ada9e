using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Which rules the turn has.</summary>
internal sealed class RulesTriggers(RuleNames rules, AutoChoice choice) : ITriggerNamespace
{
    private readonly TriggerArgument _names = new() { Name = "names", List = true, Required = true, Among = rules.AmongRulesAsync, Suggest = rules.SuggestRulesAsync, Description = "Ids or names of rules; tag:name for a tag's rules." };

    public string Name => "rules";

    public string Description => "Which rules the turn has.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        Changing("select", "Applies rules beside those that are applied anyway.", "@.rules.select house-style;", (selection, names) => selection.Activate(names)),
        Changing("deselect", "Leaves rules out.", "@.rules.deselect house-style;", (selection, names) => selection.Deactivate(names)),
        new()
        {
            Name = "none",
            Description = "Applies no rules, not even those that are always on.",
            Example = "@.rules.none;",
            Repeat = TriggerRepeat.Independent,
            Handler = Method.Does(invocation => invocation.Draft.SelectRules(_ => NameSelection.Exactly([]))),
        },
        new()
        {
            Name = "auto",
            Description = "Lets a small model choose among the rules before the turn is sent.",
            Example = "@.rules.auto;",
            Handler = async (invocation, cancellationToken) =>
            {
                var chosen = await choice.ChooseAsync(invocation, "rules", await rules.ChoicesAsync(cancellationToken), cancellationToken);
                invocation.Draft.SelectRules(selection => selection.Activate(chosen));
            },
        },
    ];

    private TriggerMethod Changing(string name, string description, string example, Func<NameSelection, string[], NameSelection> change) => new()
    {
        Name = name,
        Description = description,
        Arguments = [_names],
        Example = example,
        Repeat = TriggerRepeat.Unites,
        Handler = async (invocation, cancellationToken) =>
        {
            var names = await rules.CheckedAsync(invocation.Arguments.List("names"), cancellationToken);
            invocation.Draft.SelectRules(selection => change(selection, names));
        },
    };
}
