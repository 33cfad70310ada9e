namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>The keyword <c>format</c>, loosely: what is plainly wrong is refused; formats not named here are not checked.</summary>
internal static class SchemaFormats
{
    public static bool Fits(string format, string text) => format switch
    {
        "date" => DateText.TryParse(text, out var date) && date.IsDay,
        "date-time" => DateText.TryParse(text, out var date) && date.HasOffset,
        "email" => IsEmail(text),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase),
        _ => true,
    };

    private static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && at < text.Length - 1 && !text.AsSpan().ContainsAny(" \t\r\n");
    }
}
