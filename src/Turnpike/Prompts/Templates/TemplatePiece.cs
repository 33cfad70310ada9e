namespace Turnpike.Prompts.Templates;

/// <summary>What a piece of a rendered template is.</summary>
public enum PieceKind
{
    /// <summary>Text.</summary>
    Text,
    /// <summary>The place of what the person typed.</summary>
    Input,
    /// <summary>A message of this role begins.</summary>
    Role,
    /// <summary>The place of the conversation's history.</summary>
    History,
    /// <summary>A media part.</summary>
    Media,
    /// <summary>The place of something that is filled in later: <c>output, resources, rules</c>.</summary>
    Section,
    /// <summary>Messages given as a value.</summary>
    Messages,
}

/// <summary>
/// A piece of a rendered template. Structure is never written into text: a role, a media part or the place of the history is a piece of its own, so no value
/// can imitate one.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text, the role, the media's URL, the section's name; JSON for messages.</param>
/// <param name="Detail">Of text: the variable it came from, null when the template says it; of media: the type, if known.</param>
public readonly record struct TemplatePiece(PieceKind Kind, string Text, string? Detail = null)
{
    /// <summary>Where it came from, when neither the template says it nor <see cref="Detail"/> does.</summary>
    internal string? Source { get; init; }

    /// <summary>Of media: the value that they are, with what it says of them; null: the template names them.</summary>
    internal MediaValue? Given { get; init; }

    /// <summary>Where it came from, as a trace says it.</summary>
    /// <param name="template">What stands for the template.</param>
    internal string SourceIn(string template) => Source ?? (Kind == PieceKind.Text && Detail is { Length: > 0 } variable ? VariableSource(variable) : template);

    /// <summary>A variable as a source.</summary>
    internal static string VariableSource(string path) => "variable:" + path;
}
