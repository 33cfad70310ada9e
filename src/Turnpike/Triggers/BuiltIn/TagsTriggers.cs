using Turnpike.Turns;
using Turnpike.Turns.Settings;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Which rules the turn has, many at once.</summary>
internal sealed class TagsTriggers(RuleNames rules) : ITriggerNamespace
{
    private readonly TriggerArgument _names = new() { Name = "names", List = true, Required = true, Among = rules.AmongTagsAsync, Suggest = rules.SuggestTagsAsync, Description = "Names of tags." };

    public string Name => "tags";

    public string Description => "Which rules the turn has, by their tags.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        Changing("select", "Applies all rules of tags.", "@.tags.select legal;", (selection, tag) => (selection with { Remove = Without(selection.Remove, tag) }).Activate([Tag.Prefix + tag.Name])),
        Changing("deselect", "Leaves all rules of tags out.", "@.tags.deselect legal;", (selection, tag) => (selection with { Only = selection.Only is { } only ? Without(only, tag) : null, Add = Without(selection.Add, tag) }).Deactivate([Tag.Prefix + tag.Name])),
    ];

    /// <summary>The later word counts: what was said of a tag's rules before goes.</summary>
    private static string[] Without(IReadOnlyList<string> names, Tag tag) => [.. names.Except(tag.Rules, StringComparer.OrdinalIgnoreCase)];

    private TriggerMethod Changing(string name, string description, string example, Func<NameSelection, Tag, NameSelection> change) => new()
    {
        Name = name,
        Description = description,
        Arguments = [_names],
        Example = example,
        Repeat = TriggerRepeat.Unites,
        Handler = async (invocation, cancellationToken) =>
        {
            var tags = await rules.TagsAsync(invocation.Arguments.List("names"), cancellationToken);
            invocation.Draft.SelectRules(selection => tags.Aggregate(selection, change));
        },
    };
}
