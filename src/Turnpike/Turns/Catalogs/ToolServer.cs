using System.Text.Json.Serialization;

namespace Turnpike.Turns.Catalogs;

/// <summary>An MCP server whose tools can be offered.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ToolServer
{
    /// <summary>What is shown in place of the value of a header or variable.</summary>
    public const string Mask = SecretText.Mask;

    /// <summary>The name of its source: 1 to 64 letters, digits, <c>_</c> and <c>-</c>; unique without case.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
    /// <summary><c>http</c> (streamable HTTP) or <c>stdio</c> (a program that is started here).</summary>
    public string Transport { get; init => field = value ?? "http"; } = "http";
    /// <summary>Where it is, for <c>http</c>.</summary>
    public string? Url { get; init; }
    /// <summary>The program, for <c>stdio</c>.</summary>
    public string? Command { get; init; }
    /// <summary>The program's arguments.</summary>
    public IReadOnlyList<string> Args { get; init => field = value ?? []; } = [];
    /// <summary>Variables of the program's environment, beside the few that programs need to start.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
    /// <summary>Headers of each request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
    /// <summary>Names or globs of the tools that are taken from it; empty: all.</summary>
    public IReadOnlyList<string> Tools { get; init => field = value ?? []; } = [];
    /// <summary>Whether its tools may be called without an approval, and what it says of them is believed.</summary>
    public bool Trusted { get; init; }
    /// <summary>Whether its <c>url</c> may name this machine or a private network. The server says so itself, of servers in its settings and of those whose caller may add programs as well.</summary>
    public bool Private { get; init; }

    /// <summary>Whether all but its name is lost, since the key that sealed it is not here: it is listed as failed until it is set again or taken away.</summary>
    [JsonIgnore]
    public bool Unreadable { get; init; }

    /// <summary>The server as it is shown: values of headers and variables are masked, they are secrets more often than not.</summary>
    public ToolServer Masked() => this with { Env = Hidden(Env), Headers = Hidden(Headers) };

    private static Dictionary<string, string> Hidden(IReadOnlyDictionary<string, string> values) => values.ToDictionary(pair => pair.Key, _ => Mask);
}
