using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>The arguments of a helper, and what each helper makes of them.</summary>
internal sealed record TemplateArguments(string Source, TextSpan Span, string Helper, List<TemplateExpression> Given, List<KeyValuePair<string, TemplateExpression>> Named)
{
    public static string NoHelper(string name, IEnumerable<string> known) =>
        name == "log" ? "the helper \"log\" is not supported."
        : TemplateHelpers.Reserved.Contains(name) ? $"\"{name}\" cannot stand here."
        : $"there is no helper \"{name}\".{Nearest.Hint(name, known)}";

    /// <summary>A helper with a value.</summary>
    public TemplateExpression Call(TextSpan span)
    {
        if (Helper == "json")
        {
            Expect(Given.Count == 1, "\"json\" takes one value: {{json trip}} or {{json trip indent=2}}.", "indent");
            return new JsonExpression(Given[0], Find("indent"), span);
        }
        Expect(Given.Count == 2, "\"lookup\" takes a list or an object, and a number or a name: {{lookup names 0}}.");
        return new LookupExpression(Given[0], Given[1], span);
    }

    /// <summary>A helper that makes structure.</summary>
    public TemplateNode Structure()
    {
        switch (Helper)
        {
            case "role":
                Expect(Given is [LiteralExpression { Value: string }], "\"role\" takes one role, written out: {{role \"system\"}}.");
                var role = (string)((LiteralExpression)Given[0]).Value!;
                if (!TemplateHelpers.Roles.TryGetValue(role, out var ours)) throw Invalid($"there is no role \"{role}\" in a template; there are system, user and model.{Nearest.Hint(role, TemplateHelpers.Roles.Keys)}");
                return new RoleNode(ours, Span);
            case "history":
                Expect(Given.Count == 0, "\"history\" takes no arguments.");
                return new HistoryNode(Span);
            case "section":
                Expect(Given is [LiteralExpression { Value: string { Length: > 0 } }], "\"section\" takes one name, written out: {{section \"rules\"}}.");
                return new SectionNode((string)((LiteralExpression)Given[0]).Value!, Span);
            default:
                Expect(Given.Count == 0 && Find("url") is not null, "\"media\" takes named arguments: {{media url=photo contentType=\"image/png\"}}.", "url", "contentType");
                return new MediaNode(Find("url")!, Find("contentType"), Span);
        }
    }

    /// <summary>Checks the arguments of a helper with a body.</summary>
    /// <returns>Whether 0 counts as yes.</returns>
    public bool Block(BlockKind kind)
    {
        var expected = kind is BlockKind.IfEquals or BlockKind.UnlessEquals ? 2 : 1;
        var message = string.Create(CultureInfo.InvariantCulture, $"\"{Helper}\" takes {(expected == 1 ? "one argument" : "two arguments")}; it has {Given.Count}.");
        if (kind is BlockKind.If or BlockKind.Unless) Expect(Given.Count == expected, message, "includeZero");
        else Expect(Given.Count == expected, message);
        return Find("includeZero") switch
        {
            null or LiteralExpression { Value: false } => false,
            LiteralExpression { Value: true } => true,
            _ => throw Invalid("\"includeZero\" is true or false, written out."),
        };
    }

    private void Expect(bool holds, string message, params ReadOnlySpan<string> names)
    {
        if (!holds) throw Invalid(message);
        foreach (var (name, _) in Named)
        {
            if (!names.Contains(name)) throw Invalid($"\"{Helper}\" knows no argument \"{name}\".{Nearest.Hint(name, names.ToArray())}");
        }
    }

    private TemplateExpression? Find(string name) => Named.Find(pair => pair.Key == name).Value;

    private TurnException Invalid(string message) => TemplateErrors.Invalid(Source, Span, message);
}
