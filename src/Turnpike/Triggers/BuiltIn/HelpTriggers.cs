using System.Text;

namespace Turnpike.Triggers.BuiltIn;

/// <summary><c>@.help;</c>: answers with the catalog, without asking a model.</summary>
internal sealed class HelpTriggers(IReadOnlyList<ITriggerNamespace> others) : ITriggerNamespace
{
    public const string NamespaceName = "help";

    public string Name => NamespaceName;

    public string Description => "What triggers there are.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        new()
        {
            Name = "show",
            Description = "Answers with the triggers of one namespace or of all, without asking a model.",
            Arguments = [new() { Name = "namespace", Type = TriggerArgumentType.Enum, Options = [.. others.Select(one => one.Name), NamespaceName], Description = "Only this one." }],
            Example = "@.help tools;",
            IsDefault = true,
            CanStick = false,
            Handler = (invocation, _) =>
            {
                invocation.Draft.AnswerWith(Page(invocation.Catalog, invocation.Arguments.Text("namespace")));
                return ValueTask.CompletedTask;
            },
        },
    ];

    /// <summary>The catalog as Markdown.</summary>
    internal static string Page(TriggerCatalog catalog, string? only)
    {
        var page = new StringBuilder();
        foreach (var one in catalog.Namespaces.Where(one => only is null || one.Name == only))
        {
            page.Append("### ").Append(one.Name).Append("\n\n").Append(one.Description).Append("\n\n| trigger | does | example |\n|---|---|---|\n");
            foreach (var definition in catalog.Definitions.Where(definition => definition.Namespace == one.Name))
            {
                var names = string.Concat(definition.Method.Arguments.Select(argument => $" {argument.Name}{(argument.List || argument.Type == TriggerArgumentType.Pairs ? "…" : "")}{(argument.Required ? "" : "?")}"));
                page.Append("| `").Append(definition.FullName).Append(names).Append("` | ").Append(Cell(definition.Method.Description)).Append(" | `").Append(Cell(catalog.Example(definition))).Append("` |\n");
            }
            page.Append('\n');
        }
        return page.ToString().TrimEnd();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
