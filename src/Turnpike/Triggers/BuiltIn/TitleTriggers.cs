using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>The conversation's title.</summary>
internal sealed class TitleTriggers : ITriggerNamespace
{
    private const int Longest = 500; // as everywhere

    public string Name => "title";

    public string Description => "The conversation's title.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        new()
        {
            Name = "set",
            Description = "Names the conversation, in at most 500 characters.",
            Arguments = [new() { Name = "title", Type = TriggerArgumentType.Text, Required = true, Description = "The title." }],
            Example = "@.title.set Trip to Lisbon;",
            Handler = Method.Does(invocation =>
            {
                var title = invocation.Arguments.Text("title")!;
                if (title.Length > Longest) throw new TurnException(TurnErrorCode.RequestInvalid, FormattableString.Invariant($"The title has {title.Length:N0} characters; it may have {Longest}."));
                invocation.Draft.SetTitle(title);
            }),
        },
    ];
}
