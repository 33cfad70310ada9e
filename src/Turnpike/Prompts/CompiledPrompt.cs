using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>A prompt with its templates parsed: immutable, rendered by any number of turns at once.</summary>
public sealed class CompiledPrompt
{
    private static readonly PromptTemplate NoTemplate = PromptTemplate.Parse("");
    private readonly Dictionary<string, PromptTemplate> _partials = new(StringComparer.Ordinal);
    private readonly List<(string? Role, IReadOnlyList<(PromptPart Part, PromptTemplate? Template)> Parts)> _messages = [];

    /// <summary>Parses the templates of a prompt.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> naming the message, line and column; <c>template_limit</c>; <c>request_invalid</c> for a role or a part that there is not, or a shape of the answer that cannot be asked for.</exception>
    public CompiledPrompt(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        PromptRules.CheckOutput(prompt);
        if (prompt.Body is { } body) _messages.Add((null, [(new() { Type = "text" }, PromptTemplate.Parse(body))]));
        for (var i = 0; i < prompt.Messages.Count; i++) _messages.Add((Role(prompt.Messages[i], i), [.. prompt.Messages[i].Content.Select((part, n) => (part, Parsed(part, i, n)))]));
        Templates = [.. _messages.SelectMany(message => message.Parts).Select(part => part.Template).OfType<PromptTemplate>()];
        foreach (var partial in prompt.Partials ?? []) _partials.TryAdd(partial.Name, PromptTemplate.Parse(partial.Text));
        var graph = new PartialGraph(name => _partials.GetValueOrDefault(name) ?? NoTemplate);
        UsedNames = [.. Templates.SelectMany(graph.VariablesOf).Where(name => name != "input").Distinct(StringComparer.Ordinal)];
        var isLoose = Templates.Concat(_partials.Values).Any(template => template.Names.HasInnerStructure) || _partials.Values.Any(partial => partial.Program.Nodes.Any(node => node is RoleNode or HistoryNode));
        StandingNames = Prompts.StandingNames.Of(_messages.Select(message => (message.Role, message.Parts.Select(part => part.Template).OfType<PromptTemplate>())), graph.VariablesOf, isLoose, UsedNames);
        Needs = VariableNeeds.Of(prompt, UsedNames);
        Partials = [.. Templates.SelectMany(template => template.Names.Partials).Distinct(StringComparer.Ordinal)];
        ReadsContext = Templates.Concat(_partials.Values).Any(template => template.Source.Contains('@', StringComparison.Ordinal));
    }

    /// <summary>The templates of a prompt, in order.</summary>
    /// <exception cref="TurnException">As the constructor.</exception>
    internal static IEnumerable<PromptTemplate> TemplatesOf(Prompt prompt) => new CompiledPrompt(prompt with { Partials = null }).Templates;

    /// <summary>Refuses a prompt that includes a partial which it does not bring along.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> naming the first one.</exception>
    internal static void RequirePartials(Prompt prompt)
    {
        var compiled = new CompiledPrompt(prompt);
        var graph = new PartialGraph(name => compiled._partials.GetValueOrDefault(name));
        foreach (var template in compiled.Templates) graph.VariablesOf(template);
    }

    /// <summary>The templates, in order.</summary>
    internal IReadOnlyList<PromptTemplate> Templates { get; }

    /// <summary>Whether a template may ask for <c>@state</c> and its like.</summary>
    internal bool ReadsContext { get; }

    /// <summary>A partial that the prompt brings along; null when it does not.</summary>
    internal PromptTemplate? Partial(string name) => _partials.GetValueOrDefault(name);

    /// <summary>The names of variables that its templates and their partials use, without <c>input</c>.</summary>
    public IReadOnlyCollection<string> UsedNames { get; }

    /// <summary>Those of them that later turns need too.</summary>
    internal IReadOnlySet<string> StandingNames { get; }

    /// <summary>The variables that it asks for.</summary>
    public VariableNeeds Needs { get; }

    /// <summary>The names of partials that its templates include.</summary>
    public IReadOnlyCollection<string> Partials { get; }

    /// <summary>Renders all messages: a role piece before each, then its parts.</summary>
    /// <exception cref="TurnException"><c>template_limit, template_invalid</c>.</exception>
    public List<TemplatePiece> Render(TemplateContext context)
    {
        var pieces = new List<TemplatePiece>();
        var (budget, media) = (new TemplateBudget(context.Time), new TemplateBudget(context.Time, TemplateBudget.LongestMedia));
        foreach (var (role, parts) in _messages)
        {
            if (role == "history") pieces.Add(new(PieceKind.History, ""));
            else if (role is not null) pieces.Add(new(PieceKind.Role, role));
            foreach (var (part, template) in parts)
            {
                if (part.Type == "text") template!.Render(context, budget, pieces);
                else if (template is null) pieces.Add(new(PieceKind.Media, part.Url ?? part.File!, part.MediaType));
                else if (Media(template, context, media) is { } written) pieces.Add(written with { Kind = PieceKind.Media, Detail = part.MediaType });
            }
        }
        return pieces;
    }

    /// <summary>The address that a template writes; where that is one value, with what the value says. Null: it writes none.</summary>
    private static TemplatePiece? Media(PromptTemplate template, TemplateContext context, TemplateBudget budget)
    {
        var pieces = new List<TemplatePiece>();
        template.Render(context, budget, pieces);
        var address = string.Concat(pieces.Select(piece => piece.Kind == PieceKind.Input ? context.Input : piece.Text));
        if (address.Length == 0) return null;
        return pieces is [{ Kind: not PieceKind.Input } only] ? only with { Source = only.Source ?? (only.Detail is { Length: > 0 } && only.Kind == PieceKind.Text ? TemplatePiece.VariableSource(only.Detail) : null) } : new(PieceKind.Media, address);
    }

    private static string Role(PromptMessage message, int index) => message.Role switch
    {
        "system" or "user" or "assistant" or "history" => message.Role,
        "developer" => "system",
        "model" => "assistant",
        var other => throw new TurnException(TurnErrorCode.RequestInvalid, $"Message {index + 1} of the prompt has the role \"{other}\"; the roles are system, user, assistant and history.") { Field = $"messages[{index}].role" },
    };

    private static PromptTemplate? Parsed(PromptPart part, int message, int number)
    {
        var field = $"messages[{message}].content[{number}]";
        if (part.Type == "media" && (part is { File: not null, Url: null } || part.Url?.Contains("{{", StringComparison.Ordinal) == false)) return null;
        var source = part.Type switch { "text" => part.Text, "media" => part.Url, _ => throw new TurnException(TurnErrorCode.RequestInvalid, $"A part of a prompt's message is \"text\" or \"media\", not \"{part.Type}\".") { Field = field } };
        if (source is null) throw new TurnException(TurnErrorCode.RequestInvalid, part.Type == "text" ? "A text part needs \"text\"." : "A media part needs \"url\" or \"file\".") { Field = field };
        try
        {
            return PromptTemplate.Parse(source);
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, $"Message {message + 1} of the prompt: {error.Message}", error) { Span = error.Span, Field = field };
        }
    }
}
