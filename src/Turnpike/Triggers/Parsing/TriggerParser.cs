namespace Turnpike.Triggers.Parsing;

/// <summary>Reads triggers in a typed text. Pure: it runs nothing, never throws, and reads the text once.</summary>
/// <param name="catalog">The triggers there are.</param>
/// <param name="syntax">How they begin and end.</param>
public sealed class TriggerParser(TriggerCatalog catalog, TriggerSyntax syntax)
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">What a person typed.</param>
    public ParsedText Parse(string text) => Parse(text, null);

    /// <summary>Reads a text, where some values exist only as somebody looked up; without that, they are told from prose by commas.</summary>
    internal ParsedText Parse(string text, KnownNames? known)
    {
        var start = text.IndexOf(syntax.Start, StringComparison.Ordinal);
        return start < 0 ? ParsedText.Plain(text) : new TextReading(text, catalog, syntax, known).Read(start);
    }
}
