using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>The variables that later turns need too: those of system text and of messages behind the history. The other messages are sent with the first turn only.</summary>
internal static class StandingNames
{
    /// <param name="messages">The templates of each message, with its role; null: the templates say the roles.</param>
    /// <param name="names">The variables of a template and its partials, as far as they stand in a stretch of it.</param>
    /// <param name="hasInnerStructure">Whether values or partials decide about the messages, so that every variable may be needed.</param>
    /// <param name="all">All variables.</param>
    public static IReadOnlySet<string> Of(IEnumerable<(string? Role, IEnumerable<PromptTemplate> Templates)> messages, Func<PromptTemplate, TextSpan, IEnumerable<string>> names, bool hasInnerStructure, IReadOnlyCollection<string> all)
    {
        if (hasInnerStructure) return all.ToHashSet(StringComparer.Ordinal);
        var stretches = new List<(string Role, bool IsBehind, List<string> Names)> { ("user", false, []) };
        foreach (var (role, templates) in messages)
        {
            if (role is not null) Begin(role);
            foreach (var template in templates) Cut(template);
        }
        if (stretches[^1].Role == "user") stretches.RemoveAt(stretches.Count - 1);
        return stretches.Where(stretch => stretch.IsBehind || stretch.Role == "system").SelectMany(stretch => stretch.Names).ToHashSet(StringComparer.Ordinal);

        void Begin(string role) => stretches.Add((role == "history" ? "assistant" : role, role == "history" || stretches[^1].IsBehind, []));

        void Cut(PromptTemplate template)
        {
            var from = 0;
            foreach (var node in template.Program.Nodes)
            {
                if (node is not (RoleNode or HistoryNode)) continue;
                stretches[^1].Names.AddRange(names(template, new(from, node.Span.Start)));
                from = node.Span.End;
                Begin(node is RoleNode role ? role.Role : "history");
            }
            stretches[^1].Names.AddRange(names(template, new(from, template.Source.Length)));
        }
    }
}
