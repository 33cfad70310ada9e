using Turnpike.Prompts;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Values of the prompt's variables for the turn.</summary>
internal sealed class VarsTriggers(PromptCompiler compiler, RuleNames rules) : ITriggerNamespace
{
    public string Name => "vars";

    public string Description => "Values of the prompt's variables.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "set",
            Description = "Gives variables values for this turn.",
            Arguments = [new() { Name = "values", Type = TriggerArgumentType.Pairs, Required = true, Suggest = SuggestAsync, Description = "Names and values; lists and objects as JSON in quotes." }],
            Example = "@.vars.set city=Paris guest=\"Ada Lovelace\";",
            Repeat = TriggerRepeat.Independent,
            Handler = async (invocation, cancellationToken) =>
            {
                var (typed, repeated) = (invocation.Arguments.Pairs("values"), invocation.Arguments.Repeated("values"));
                foreach (var (name, value) in GivenVariables.For(invocation.Draft, invocation.Draft.Prompt, compiler, typed, await OthersAsync(invocation.Draft, typed.Keys, cancellationToken)))
                {
                    if (repeated.Contains(name) || (invocation.IsRepeated && invocation.Draft.State.Top.Variables.ContainsKey(name)))
                        invocation.Draft.Warn("trigger_duplicate", $"Variable \"{name}\" is set more than once; the last value counts.", invocation.Span);
                    invocation.Draft.SetVariable(name, value);
                }
            },
        },
    ];

    /// <summary>Those of the names that the prompt does not know, and a layer or a rule does.</summary>
    private async ValueTask<IReadOnlyCollection<string>> OthersAsync(TurnDraft draft, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var known = draft.Prompt is { } prompt ? GivenVariables.Names(prompt, compiler) : [];
        var unknown = names.Except(known, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var others = unknown.Where(name => draft.State.Layers.Any(layer => layer.Variables.ContainsKey(name))).ToHashSet(StringComparer.Ordinal);
        unknown.ExceptWith(others);
        if (unknown.Count > 0) others.UnionWith(await rules.UsedAsync(unknown, cancellationToken));
        return others;
    }

    private ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(request.Prompt is { } prompt ? GivenVariables.Suggested(prompt, compiler) : []);
}
