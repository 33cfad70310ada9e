namespace Turnpike.Triggers.BuiltIn;

/// <summary>A stored prompt as the turn's agent.</summary>
internal sealed class AgentTriggers(StoredPrompts prompts) : ITriggerNamespace
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
            Handler = async (invocation, cancellationToken) => invocation.Draft.UseAgent(await prompts.UsedAsync(invocation, cancellationToken)),
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
