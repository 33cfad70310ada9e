using Turnpike.Prompts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Values of the prompt's variables for the turn.</summary>
internal sealed class VarsTriggers(PromptCompiler compiler) : ITriggerNamespace
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
            Handler = Method.Does(invocation =>
            {
                foreach (var (name, value) in GivenVariables.For(invocation.Draft.Prompt, compiler, invocation.Arguments.Pairs("values")))
                {
                    if (invocation.IsRepeated && invocation.Draft.State.Top.Variables.ContainsKey(name))
                        invocation.Draft.Warn("trigger_duplicate", $"Variable \"{name}\" is set more than once; the last value counts.", invocation.Span);
                    invocation.Draft.SetVariable(name, value);
                }
            }),
        },
    ];

    private ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(request.Prompt is { } prompt ? GivenVariables.Suggested(prompt, compiler) : []);
}
