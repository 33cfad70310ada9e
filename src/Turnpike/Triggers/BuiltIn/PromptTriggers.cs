using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>A stored prompt in the place of the typed text.</summary>
internal sealed class PromptTriggers(StoredPrompts prompts, PromptCompiler compiler, VariableResolver variables) : ITriggerNamespace
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
            CanStick = false,
            Handler = async (invocation, cancellationToken) =>
            {
                var prompt = await prompts.FindAsync(invocation.Arguments.Text("key")!, cancellationToken);
                var given = GivenVariables.For(prompt, compiler, invocation.Arguments.Pairs("variables"));
                Required(prompt, given, invocation);
                invocation.Draft.UsePrompt(prompt, given);
            },
        },
    ];

    private void Required(ResolvedPrompt prompt, Dictionary<string, JsonElement> given, TriggerInvocation invocation)
    {
        var missing = prompt.Prompt.Variables
            .Where(variable => variable is { Required: true, Default: null } && !given.ContainsKey(variable.Name) && !variables.ComputedNames.Contains(variable.Name))
            .Where(variable => !invocation.Draft.State.Layers.Any(layer => layer.Variables.ContainsKey(variable.Name)))
            .Select(variable => $"\"{variable.Name}\"").ToArray();
        if (missing.Length > 0) throw new TurnException(TurnErrorCode.VariableMissing, $"Prompt \"{prompt.Name}\" needs {string.Join(", ", missing)}: write name=value behind its key.");
    }
}
