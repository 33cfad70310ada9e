using Turnpike.Triggers.Parsing;
using Turnpike.Turns;

namespace Turnpike.Triggers.Completion;

/// <summary>Offers namespaces and methods for the name at a caret.</summary>
internal sealed class NameChoices(TriggerCatalog catalog, TriggerSyntax syntax, string text, int caret)
{
    public IEnumerable<Choice> Of(OpenTrigger open)
    {
        var typed = text[open.NameStart..caret];
        var end = caret;
        while (end < text.Length && (TriggerNames.Continues(text[end]) || text[end] == '.')) end++;
        var span = new TextSpan(open.NameStart, end);
        var dot = typed.IndexOf('.');
        var choices = dot < 0 ? Namespaces(typed, span).Concat(Shortcuts(typed, span)) : Methods(typed[..dot], typed[(dot + 1)..], span);
        return choices.OfType<Choice>();
    }

    private IEnumerable<Choice?> Namespaces(string typed, TextSpan span) => catalog.Namespaces.Select(one =>
        Space(one, Choice.RankOf(typed, one.Name), span, TriggerNames.End(text, caret)));

    /// <summary>A namespace; when its method stands there already, only what is before the dot.</summary>
    private Choice? Space(ITriggerNamespace one, int? rank, TextSpan span, int end) => end < span.End
        ? Choice.Of(rank, one.Name, one.Name, span with { End = end }, one.Description)
        : Choice.Of(rank, one.Name, catalog.Find(one.Name) is { } definition ? one.Name + Behind(definition, span) : one.Name + ".", span, one.Description);

    /// <summary>Methods that begin with what was typed of a namespace, and aliases in namespaces of their own.</summary>
    private IEnumerable<Choice?> Shortcuts(string typed, TextSpan span) => typed.Length < 2 ? [] :
        from definition in catalog.Definitions
        from name in definition.Aliases.Prepend(definition.FullName)
        where name.AsSpan(name.IndexOf('.') + 1).StartsWith(typed, StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) && !name.StartsWith(definition.Namespace + ".", StringComparison.Ordinal))
        select Of(2, definition, name, span);

    /// <summary>Methods by what was typed of the namespace and of the method.</summary>
    private IEnumerable<Choice?> Methods(string space, string method, TextSpan span)
    {
        var exact = catalog.NamespaceNames.Contains(space, StringComparer.OrdinalIgnoreCase);
        return
            from definition in catalog.Definitions
            from name in definition.Aliases.Prepend(definition.FullName)
            let dot = name.IndexOf('.')
            where exact ? name.AsSpan(0, dot).Equals(space, StringComparison.OrdinalIgnoreCase) : name.StartsWith(space, StringComparison.OrdinalIgnoreCase)
            select Of(Choice.RankOf(method, name[(dot + 1)..]), definition, name, span);
    }

    private Choice? Of(int? rank, TriggerDefinition definition, string name, TextSpan span) =>
        Choice.Of(rank, name, name + Behind(definition, span), span, name == definition.FullName ? definition.Method.Description : $"{definition.FullName}: {definition.Method.Description}");

    /// <summary>What follows a name: a space when arguments are needed, otherwise END, if it is not there yet.</summary>
    private string Behind(TriggerDefinition definition, TextSpan span)
    {
        if (span.End < text.Length && text[span.End] == '!') return "";
        if (definition.Method.Arguments.Any(argument => argument.Required)) return span.End < text.Length && char.IsWhiteSpace(text[span.End]) ? "" : " ";
        var next = Lines.SkipBlanks(text, span.End);
        return text.AsSpan(next).StartsWith(syntax.End, StringComparison.Ordinal) ? "" : syntax.End;
    }
}
