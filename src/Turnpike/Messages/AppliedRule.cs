using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>A rule that a turn has.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Template">Its content, parsed.</param>
/// <param name="Hash">SHA-256 of its content.</param>
public sealed record AppliedRule(Rule Rule, PromptTemplate Template, string Hash)
{
    /// <summary>What it says in a turn.</summary>
    /// <exception cref="TurnException"><c>template_invalid, template_limit</c>, naming the rule.</exception>
    public string Render(TemplateContext context) => Render(context, null).Text;

    /// <summary>The same, with where each stretch came from.</summary>
    internal SourcedText Render(TemplateContext context, SourcedText? typed)
    {
        try
        {
            return Template.RenderText(context, "rule:" + Rule.Name, typed);
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, $"Rule \"{Rule.Name}\": {error.Message}", error) { Field = "rules" };
        }
    }
}
