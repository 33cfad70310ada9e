namespace Turnpike.Triggers.BuiltIn;

/// <summary>The conversation's title.</summary>
internal sealed class TitleTriggers : ITriggerNamespace
{
    public string Name => "title";

    public string Description => "The conversation's title.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        new()
        {
            Name = "set",
            Description = "Names the conversation.",
            Arguments = [new() { Name = "title", Type = TriggerArgumentType.Text, Required = true, Description = "The title." }],
            Example = "@.title.set Trip to Lisbon;",
            Handler = Method.Does(invocation => invocation.Draft.SetTitle(invocation.Arguments.Text("title")!)),
        },
    ];
}
