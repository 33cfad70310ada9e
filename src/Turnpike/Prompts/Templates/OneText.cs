using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Checks templates that make one text, such as those of rules: nothing in them may make messages or parts, and they have no folder to include partials from.</summary>
internal static class OneText
{
    /// <exception cref="TurnException"><c>template_invalid</c> with line, column and span.</exception>
    public static void Check(PromptTemplate template) => Check(template.Source, template.Program);

    private static void Check(string source, TemplateProgram program)
    {
        foreach (var node in program.Nodes)
        {
            if (node is BlockNode block)
            {
                Check(source, block.Body);
                Check(source, block.Else);
            }
            var makes = node switch { RoleNode => "a role", HistoryNode => "the place of the history", SectionNode => "a section", MediaNode => "media", PartialNode => "a partial", _ => null };
            if (makes is not null) throw TemplateErrors.Invalid(source, node.Span, $"this text is one text, and cannot hold {makes}.");
        }
    }
}
