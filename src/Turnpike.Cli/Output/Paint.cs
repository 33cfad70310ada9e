namespace Turnpike.Cli.Output;

/// <summary>Colours of single words, where colours may be used.</summary>
/// <param name="on">Whether they may.</param>
internal readonly struct Paint(bool on)
{
    /// <summary>For errors.</summary>
    public string Red(string text) => With("31;1", text);
    /// <summary>For warnings.</summary>
    public string Yellow(string text) => With("33;1", text);
    /// <summary>For names and headings.</summary>
    public string Bold(string text) => With("1", text);
    /// <summary>For what matters less.</summary>
    public string Dim(string text) => With("2", text);

    private string With(string code, string text) => on ? $"\e[{code}m{text}\e[0m" : text;
}
