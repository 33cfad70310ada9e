using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Prompts.Checking;

/// <summary>Reads the templates of a prompt one by one, so that one that does not parse hides nothing of the others.</summary>
internal sealed class TextReview(Prompt prompt, IReadOnlySet<string> computed, Action<PromptIssue> report)
{
    private static readonly string[] Roles = ["system", "user", "assistant", "history"];
    private const int MostUnlike = 100; // for so many names the one that was meant is looked for
    private readonly HashSet<string> _declared = prompt.Variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
    private int _unlike;
    private readonly HashSet<string> _reached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Path, TextSpan Span)> _first = new(StringComparer.Ordinal);

    /// <summary>The names that are used.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>The partials that the templates include, with the first place of each.</summary>
    public Dictionary<string, (string Path, TextSpan Span)> Included { get; } = new(StringComparer.Ordinal);

    public void Run()
    {
        if (prompt.Body is { } body) Template(body, "body");
        for (var m = 0; m < prompt.Messages.Count; m++)
        {
            var message = prompt.Messages[m];
            if (!Roles.Contains(message.Role) && message.Role is not ("developer" or "model"))
                report(new("role_invalid", IssueSeverity.Error, $"There is no role \"{message.Role}\"; the roles are system, user, assistant and history.{Nearest.Hint(message.Role, Roles)}", $"messages[{m}].role") { Name = message.Role, Fix = Nearest.To(message.Role, Roles) is { } near ? new($"Write \"{near}\".", near) : null });
            for (var p = 0; p < message.Content.Count; p++)
            {
                var path = $"messages[{m}].content[{p}]";
                Part(message.Content[p], path);
                if (message.Role is "system" or "developer" && message.Content[p].Type == "media")
                    report(new("system_media", IssueSeverity.Warning, "System text is text: no model takes an image or a file there; it is left out.", path) { Fix = new("Move it into a message with the role user.") });
            }
        }
        foreach (var name in Used.Except(_reached).Intersect(prompt.Variables.Select(variable => variable.Name)).Order(StringComparer.Ordinal))
            report(new("variable_unreachable", IssueSeverity.Warning, $"Variable \"{name}\" is used only where the text can never come to.", _first[name].Path) { Name = name, Span = _first[name].Span, Fix = new("Change the condition around it, or take the variable out.") });
    }

    private void Part(PromptPart part, string path)
    {
        if (part.Type == "text" && part.Text is { } text) Template(text, path + ".text");
        else if (part.Type == "media" && part.Url is { } url) Template(url, path + ".url");
        else if (part is not { Type: "media", File: not null })
            report(new("part_invalid", IssueSeverity.Error, part.Type is "text" ? "A text part needs \"text\"." : part.Type is "media" ? "A media part needs \"url\" or \"file\"." : $"A part of a message is \"text\" or \"media\", not \"{part.Type}\".", path));
    }

    private void Template(string source, string path)
    {
        try
        {
            var template = PromptTemplate.Parse(source);
            foreach (var use in template.Names.Uses) Use(use, source, path);
            foreach (var partial in template.Names.PartialUses) Included.TryAdd(partial.Name, (path, partial.Span));
            foreach (var name in new ReachedNames(prompt).Of(template)) _reached.Add(name);
        }
        catch (TurnException error)
        {
            report(new(error.Code.Text(), IssueSeverity.Error, error.Message, path) { Span = error.Span });
        }
    }

    /// <summary>The whole tag, with its braces, that a name stands in.</summary>
    private static TextSpan Tag(string source, TextSpan name)
    {
        var (start, end) = (source.LastIndexOf("{{", name.Start, StringComparison.Ordinal), source.IndexOf("}}", name.End, StringComparison.Ordinal) + 2);
        if (start < 0 || end < 2) return name;
        while (start > 0 && source[start - 1] == '{') start--;
        while (end < source.Length && source[end] == '}') end++;
        return new(start, end);
    }

    private void Use(TemplateUse use, string source, string path)
    {
        if (use.IsFenced)
        {
            var tag = Tag(source, use.Span);
            report(new("placeholder_in_code", IssueSeverity.Info, $"\"{use.Name}\" is filled in within a block of code.", path) { Name = use.Name, Span = tag, Fix = new("Write a backslash before it if it is meant literally.", "\\" + source[tag.Start..tag.End]) });
        }
        if (use.Name == "input") return;
        Used.Add(use.Name);
        _first.TryAdd(use.Name, (path, use.Span));
        if (computed.Contains(use.Name) || _declared.Contains(use.Name)) return;
        var near = _unlike++ < MostUnlike ? Nearest.To(use.Name, _declared.Concat(computed)) : null;
        report(prompt.InferVariables
            ? new("variable_inferred", IssueSeverity.Warning, $"Variable \"{use.Name}\" is not declared; it is taken as optional, of any type.", path) { Name = use.Name, Span = use.Span, Fix = new("Declare it.") }
            : new("variable_undefined", IssueSeverity.Error, $"Variable \"{use.Name}\" is used, and nobody declares or computes it.{(near is null ? "" : $" Did you mean \"{near}\"?")}", path)
            {
                Name = use.Name,
                Span = use.Span,
                Fix = near is null ? new($"Declare \"{use.Name}\" in \"variables\".") : new($"Write \"{near}\".", source[use.Span.Start..use.Span.End].Replace(use.Name, near, StringComparison.Ordinal)),
            });
    }
}
