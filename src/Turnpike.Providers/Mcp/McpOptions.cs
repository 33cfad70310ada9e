using System.ComponentModel.DataAnnotations;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Mcp;

/// <summary>The MCP servers whose tools can be offered, and bounds of talking to them.</summary>
public sealed class McpOptions
{
    /// <summary>Servers that the settings name; those added over the API come beside them.</summary>
    public List<ToolServerEntry> ToolServers { get; } = [];

    /// <summary>How long connecting to a server and reading its list may take, 1 ms to an hour. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server that could not be reached is left alone, at most a day. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan TryAgainAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a list of tools counts when its server does not say, at most a day. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ListsLast { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest message of a server, in bytes, from 64 KiB; its connection is dropped, or its program ended, when it sends a larger one. Default 16 MiB.</summary>
    [Range(64 << 10, int.MaxValue)]
    public int AnswerBytes { get; set; } = 16 << 20;
}

/// <summary>A server in the settings.</summary>
public sealed class ToolServerEntry
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";
    /// <summary><c>http</c> or <c>stdio</c>; unset: what the url or the command says.</summary>
    public string? Transport { get; set; }
    /// <summary>Where it is.</summary>
    public string? Url { get; set; }
    /// <summary>The program.</summary>
    public string? Command { get; set; }
    /// <summary>The program's arguments.</summary>
    public List<string> Args { get; } = [];
    /// <summary>Variables of the program's environment.</summary>
    public Dictionary<string, string> Env { get; } = [];
    /// <summary>Headers of each request.</summary>
    public Dictionary<string, string> Headers { get; } = [];
    /// <summary>Names or globs of the tools that are taken from it; empty: all.</summary>
    public List<string> Tools { get; } = [];
    /// <summary>Whether its tools may be called without an approval.</summary>
    public bool Trusted { get; set; }

    internal ToolServer ToServer() => new() { Name = Name, Transport = Transport ?? (Command is null ? "http" : "stdio"), Url = Url, Command = Command, Args = Args, Env = Env, Headers = Headers, Tools = Tools, Trusted = Trusted, Private = true };
}
