using ModelContextProtocol;
using Turnpike.Providers.Http;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Mcp;

/// <summary>What a tool server was given to show who asks, its headers and variables: taken out of whatever is told of an error, for servers repeat what they refuse.</summary>
internal sealed class ServerSecrets(ToolServer server)
{
    private readonly GivenSecrets _values = new(null, server.Headers.Values.Concat(server.Env.Values));

    /// <summary>The text with the mask in the place of each.</summary>
    public string Clean(string text) => _values.Clean(text);

    /// <summary>The error itself when nothing in it tells one, else one that says the same without them.</summary>
    public Exception Clean(Exception error)
    {
        var whole = error.ToString();
        if (Clean(whole) == whole) return error;
        return error is McpProtocolException told ? new McpProtocolException(Clean(told.Message), told.ErrorCode) : new InvalidOperationException(Clean(error.Message));
    }
}
