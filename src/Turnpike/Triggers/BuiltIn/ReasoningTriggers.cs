namespace Turnpike.Triggers.BuiltIn;

/// <summary>Whether the model reasons before it answers, where it can.</summary>
internal sealed class ReasoningTriggers : ITriggerNamespace
{
    private const string Usual = "medium";

    public string Name => "reasoning";

    public string Description => "Whether the model reasons before it answers, where it can.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        Setting("on", "Reasoning on: with the effort that is set, otherwise medium.", effort => effort is null or "none" ? Usual : effort),
        Setting("off", "Reasoning off.", _ => "none"),
    ];

    private static TriggerMethod Setting(string name, string description, Func<string?, string> effort) => new()
    {
        Name = name,
        Description = description,
        Example = $"@.reasoning.{name};",
        Handler = Method.Does(invocation => invocation.Draft.SetParameter("reasoningEffort", Method.Json(effort(invocation.Draft.Parameters.ReasoningEffort)))),
    };
}
