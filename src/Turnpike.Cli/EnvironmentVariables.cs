namespace Turnpike.Cli;

/// <summary>The variables of the environment that the program reads.</summary>
internal static class EnvironmentVariables
{
    /// <summary>All of them with what they are for, for the help.</summary>
    public static IReadOnlyList<(string Name, string About)> All { get; } =
    [
        ("TURNPIKE_SERVER", "the server to talk to, as --server"),
        ("TURNPIKE_KEY", "the key for that server"),
        ("TURNPIKE_DATA", "where prompts and conversations are kept, as --data"),
        ("TURNPIKE_MODEL", "the model of turns that nothing else gives one; without it builtin/echo, which shows what it was sent"),
        ("OPENAI_API_KEY, OPENAI_BASE_URL", "OpenAI, or a server that is compatible with it, as provider \"openai\""),
        ("ANTHROPIC_API_KEY", "Anthropic as provider \"anthropic\""),
        ("TURNPIKE_RECORD", "names of providers, with commas between, whose exchanges are recorded for turnpike replay; * for all"),
        ("NO_COLOR", "no colours and no progress"),
    ];
}
