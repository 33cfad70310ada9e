using Turnpike.Prompts;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Values of the prompt's variables for the turn.</summary>
internal sealed class VarsTriggers(PromptCompiler compiler, RuleNames rules, StoredPrompts prompts) : ITriggerNamespace
{
    /// <summary>The whole name of the trigger that sets them.</summary>
    public const string Set = "vars.set";

    public string Name => "vars";

    public string Description => "Values of the prompt's variables.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "set",
            Description = "Gives variables values for this turn.",
            Arguments = [new() { Name = "values", Type = TriggerArgumentType.Pairs, Required = true, Suggest = prompts.SuggestKnownAsync, Description = "Names and values; lists and objects as JSON in quotes." }],
            Example = "@.vars.set city=Paris guest=\"Ada Lovelace\";",
            Repeat = TriggerRepeat.Independent,
            Waits = true,
            Handler = async (invocation, cancellationToken) =>
            {
                var (typed, repeated) = (invocation.Arguments.Pairs("values"), invocation.Arguments.Repeated("values"));
                foreach (var (name, value) in GivenVariables.For(invocation.Draft, invocation.Draft.Prompts, compiler, typed, await OthersAsync(invocation.Draft, typed.Keys, cancellationToken)))
                {
                    if (repeated.Contains(name) || (invocation.IsRepeated && invocation.Draft.State.Top.Variables.ContainsKey(name)))
                        invocation.Draft.Warn("trigger_duplicate", $"Variable \"{name}\" is set more than once; the last value counts.", invocation.Span);
                    invocation.Draft.SetVariable(name, value);
                }
            },
        },
    ];

    /// <summary>Those of the names that the prompts do not know, and a layer or a rule does.</summary>
    private async ValueTask<IReadOnlyCollection<string>> OthersAsync(TurnDraft draft, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var known = draft.Prompts.SelectMany(prompt => GivenVariables.Names(prompt, compiler));
        var unknown = names.Except(known, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var others = unknown.Where(name => draft.State.Layers.Any(layer => layer.Variables.ContainsKey(name))).ToHashSet(StringComparer.Ordinal);
        unknown.ExceptWith(others);
        if (unknown.Count > 0) others.UnionWith(await rules.UsedAsync(unknown, cancellationToken));
        return others;
    }
}
