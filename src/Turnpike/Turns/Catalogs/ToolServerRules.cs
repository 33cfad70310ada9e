namespace Turnpike.Turns.Catalogs;

/// <summary>What a tool server must say of itself.</summary>
public static class ToolServerRules
{
    private const int LongestName = 64;
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase) { "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Host", "Accept", "Last-Event-ID" };
    private static readonly string[] Reserved = ["turnpike", "builtin", "client", "prompts"];

    /// <exception cref="TurnException"><c>request_invalid</c>, with the field.</exception>
    public static void Check(ToolServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (server.Name.Length is 0 or > LongestName || !server.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')) throw Invalid("name", $"The name of a tool server has 1 to {LongestName} letters, digits, _ or -; this one is \"{server.Name}\".");
        if (Reserved.Contains(server.Name, StringComparer.OrdinalIgnoreCase)) throw Invalid("name", $"\"{server.Name}\" is a source of the server itself. Choose another name.");
        if (server.Tools.Any(string.IsNullOrWhiteSpace)) throw Invalid("tools", "The name of a tool is empty.");
        if (server.Args.Any(argument => argument is null)) throw Invalid("args", "An argument is null; each must be a text.");
        foreach (var (field, values) in (ReadOnlySpan<(string, IReadOnlyDictionary<string, string>)>)[("env", server.Env), ("headers", server.Headers)])
            if (values.FirstOrDefault(pair => pair.Value is null).Key is { } name) throw Invalid(field, $"\"{name}\" of \"{field}\" is null; it must be a text.");
        foreach (var (name, value) in server.Headers) if (NotAHeader(name, value) is { } wrong) throw Invalid("headers." + name, $"The header \"{name}\" {wrong}");
        switch (server.Transport)
        {
            case "http":
                if (!Uri.TryCreate(server.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) throw Invalid("url", $"Tool server \"{server.Name}\" needs an http or https \"url\".");
                if (url.UserInfo.Length > 0) throw Invalid("url", $"The \"url\" of tool server \"{server.Name}\" brings a name or password, which everybody who lists it would see. Send them as a header.");
                if (server.Command is not null) throw Invalid("command", $"Tool server \"{server.Name}\" has a \"command\", which goes with the transport stdio.");
                break;
            case "stdio":
                if (string.IsNullOrWhiteSpace(server.Command)) throw Invalid("command", $"Tool server \"{server.Name}\" needs a \"command\".");
                if (server.Url is not null) throw Invalid("url", $"Tool server \"{server.Name}\" has a \"url\", which goes with the transport http.");
                break;
            default:
                throw Invalid("transport", $"The transport of tool server \"{server.Name}\" is \"{server.Transport}\"; it must be http or stdio.");
        }
    }

    /// <summary>Why a header cannot be sent as it is (RFC 9110, 5.1 and 5.5); null: it can. Its value stays unsaid.</summary>
    private static string? NotAHeader(string name, string value) =>
        name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)) ? "is no name of a header: letters, digits and - without spaces."
        : Own.Contains(name) || name.StartsWith("Mcp-", StringComparison.OrdinalIgnoreCase) ? "is written by the connection itself. Leave it out."
        : value == SecretText.Mask || value.All(letter => letter is '\t' or >= ' ' and <= '~') ? null // the mask stands for what is kept
        : "holds a character that no header can carry: a line break, or one outside of ASCII.";

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
