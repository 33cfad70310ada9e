using System.Text.Json;
using ModelContextProtocol;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Mcp;

/// <summary>What a tool server was given to show who asks, its headers and variables: taken out of whatever is told of an error, for servers repeat what they refuse.</summary>
internal sealed class ServerSecrets(ToolServer server)
{
    private const int Shortest = 5; // "true" and "8080" stand in texts that have nothing to do with them

    private readonly string[] _values = [.. server.Headers.Values.Concat(server.Env.Values).SelectMany(Forms).Where(value => value.Length >= Shortest).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];

    /// <summary>The text with the mask in the place of each.</summary>
    public string Clean(string text)
    {
        foreach (var value in _values) text = text.Replace(value, ToolServer.Mask, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The error itself when nothing in it tells one, else one that says the same without them.</summary>
    public Exception Clean(Exception error)
    {
        var whole = error.ToString();
        if (Clean(whole) == whole) return error;
        return error is McpProtocolException told ? new McpProtocolException(Clean(told.Message), told.ErrorCode) : new InvalidOperationException(Clean(error.Message));
    }

    /// <summary>A value, what stands in it behind "Bearer" and its like, and both as JSON writes them.</summary>
    private static IEnumerable<string> Forms(string value)
    {
        var bare = value.Trim();
        string[] forms = bare.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? [bare, bare[(space + 1)..].Trim()] : [bare];
        return forms.Concat(forms.Select(form => JsonEncodedText.Encode(form).ToString()));
    }
}
