using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal static class SharedOptions
{
    /// <summary><c>--server URL</c>.</summary>
    public static Option<string?> Server { get; } = new("--server")
    {
        Description = "Talk to a server instead of running turns in this process. Default: $TURNPIKE_SERVER. Its key comes from $TURNPIKE_KEY.",
        HelpName = "url",
        Recursive = true,
    };

    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "Where prompts and conversations are kept. Default: $TURNPIKE_DATA, else ./data.",
        HelpName = "dir",
        Recursive = true,
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "JSON for programs: one event, or one object, a line. Errors are one JSON object on the error stream.",
        Recursive = true,
    };

    /// <summary>Means nothing; it keeps the parser from reading the argument behind it as a directive.</summary>
    public static Option<bool> Start { get; } = new("--start") { Hidden = true };

    /// <summary>All that are shown, in the order in which help shows them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Server, Data, Json];
}
