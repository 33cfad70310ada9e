using Turnpike.Prompts;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>The typed text of a turn whose prompt expands it (<c>expandUserText</c>): read as a template, once. What cannot be read as one stays as it was typed, with a warning.</summary>
internal sealed class TypedTemplate
{
    private readonly PromptTemplate? _template;

    private TypedTemplate(PromptTemplate? template, VariableNeeds needs) => (_template, Needs) = (template, needs);

    /// <summary>What the prompt, its rules and the typed text ask for.</summary>
    public VariableNeeds Needs { get; }

    /// <summary>Whether the typed text has a place for a variable.</summary>
    public bool Uses(string name) => _template?.Names.Variables.ContainsKey(name) == true;

    /// <summary>Reads the draft's text, if its prompt wants that.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="needs">What the prompt and its rules ask for.</param>
    /// <param name="computed">The names that are computed.</param>
    public static TypedTemplate Of(TurnDraft draft, VariableNeeds needs, IReadOnlyList<string> computed)
    {
        if (draft.Prompt?.Prompt.ExpandUserText != true || !draft.Content.Contains("{{", StringComparison.Ordinal)) return new(null, needs);
        try
        {
            var template = PromptTemplate.Parse(draft.Content);
            if (template.Names.HasInput) throw new TurnException(TurnErrorCode.TemplateInvalid, "\"input\" is the typed text itself.");
            if (template.Names.HasHistory || template.Names.Partials.Count > 0) throw new TurnException(TurnErrorCode.TemplateInvalid, "It takes variables and blocks, and neither partials nor the place of the history.");
            return new(template, needs.And([.. template.Names.Variables.Keys.Where(name => !needs.Knows(name)).Select(name => Loose(name, needs, draft, computed))]));
        }
        catch (TurnException error)
        {
            Warn(draft, error);
            return new(null, needs);
        }
    }

    /// <summary>The text with its placeholders filled; as it was typed when it has none or they cannot be filled.</summary>
    public SourcedText Render(TurnDraft draft, TemplateContext context)
    {
        var source = draft.Trace.Changes.LastOrDefault(change => change.Path == "content" && change.Source.StartsWith("middleware:", StringComparison.Ordinal))?.Source ?? "typed";
        if (_template is null) return SourcedText.Of(draft.Content, source);
        try
        {
            return _template.RenderText(context, source, null);
        }
        catch (TurnException error)
        {
            Warn(draft, error);
            return SourcedText.Of(draft.Content, source);
        }
    }

    private static VariableDefinition Loose(string name, VariableNeeds needs, TurnDraft draft, IReadOnlyList<string> computed) =>
        computed.Contains(name) || draft.State.Layers.Any(layer => layer.Variables.TryGetValue(name, out var value) && ResolvedVariables.IsSet(value))
            ? new() { Name = name, Type = VariableType.Any }
            : throw new TurnException(TurnErrorCode.VariableUndefined, $"Neither the prompt declares \"{name}\" nor a layer has it.{Nearest.Hint(name, needs.Names.Concat(computed))}");

    private static void Warn(TurnDraft draft, TurnException error) =>
        draft.Warn("typed_text_kept", $"The placeholders of the typed text are sent as they are: {error.Message} A literal one is written \\{{{{x}}}}.");
}
