namespace Turnpike.Triggers.BuiltIn;

/// <summary>The system text of the turn.</summary>
internal sealed class SystemTriggers : ITriggerNamespace
{
    public string Name => "system";

    public string Description => "The system text of the turn.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        Setting("set", "Puts this in the place of all other system text. What the conversation keeps of it (`!`) stands under the prompt's from the next turn on; `\"\"` takes that away.", replace: true),
        Setting("append", "Adds this behind the other system text.", replace: false) with { Repeat = TriggerRepeat.Independent },
    ];

    private static TriggerMethod Setting(string name, string description, bool replace) => new()
    {
        Name = name,
        Description = description,
        Arguments = [new() { Name = "text", Required = true, MayBeEmpty = replace, Description = "The text, in quotes." }],
        Example = $"@.system.{name} \"Answer in one sentence.\";",
        Handler = Method.Does(invocation => invocation.Draft.SetSystem(invocation.Arguments.Text("text")!, replace)),
    };
}
