using Turnpike.Prompts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>A stored prompt in the place of the typed text.</summary>
internal sealed class PromptTriggers(StoredPrompts prompts, PromptCompiler compiler) : ITriggerNamespace
{
    public string Name => "prompt";

    public string Description => "A stored prompt in the place of the typed text.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "use",
            Aliases = ["template.use"],
            Description = "Sends a stored prompt; its {{input}}, or its end, takes what was typed.",
            Arguments =
            [
                new() { Name = "key", Required = true, Suggest = prompts.SuggestAsync, Description = "The prompt's key, or key@version." },
                new() { Name = "variables", Type = TriggerArgumentType.Pairs, Suggest = prompts.SuggestVariablesAsync, Description = "Names and values of its variables." },
            ],
            Example = "@.prompt.use translate language=French;",
            Handler = async (invocation, cancellationToken) =>
            {
                var prompt = await prompts.FindAsync(invocation.Arguments.Text("key")!, cancellationToken);
                var given = GivenVariables.For(invocation.Draft, prompt, compiler, invocation.Arguments.Pairs("variables"));
                prompts.CheckRequired(prompt, given, invocation.Draft);
                invocation.Draft.UsePrompt(prompt, given);
            },
        },
    ];
}
