using Turnpike.Prompts;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>A stored prompt as the turn's agent.</summary>
internal sealed class AgentTriggers(StoredPrompts prompts, PromptCompiler compiler) : ITriggerNamespace
{
    public string Name => "agent";

    public string Description => "A stored prompt that tells the model who it is.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "use",
            Description = "Takes a stored prompt as system text, with its tools, rules, model and parameters.",
            Arguments =
            [
                new() { Name = "key", Required = true, Suggest = prompts.SuggestAsync, Description = "The prompt's key, or key@version." },
                new() { Name = "variables", Type = TriggerArgumentType.Pairs, Suggest = prompts.SuggestVariablesAsync, Description = "Names and values of its variables." },
            ],
            Example = "@.agent.use reviewer tone=kind;",
            Handler = async (invocation, cancellationToken) =>
            {
                var prompt = await prompts.FindAsync(invocation.Arguments.Text("key")!, cancellationToken);
                var given = GivenVariables.For(invocation.Draft, prompt, compiler, invocation.Arguments.Pairs("variables"));
                prompts.CheckRequired(prompt, given, invocation.Draft);
                invocation.Draft.UseAgent(new UsedPrompt(prompt, given));
            },
        },
        new()
        {
            Name = "clear",
            Description = "Goes on without an agent; with ! for the whole conversation.",
            Example = "@.agent.clear;",
            Repeat = TriggerRepeat.Independent,
            Handler = Method.Does(invocation => invocation.Draft.UseAgent(null)),
        },
    ];
}
