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
        ("ConnectionStrings__Turnpike", "a PostgreSQL database that everything is kept in instead, as of a server that has it"),
        ("Turnpike__SecretsKey", "the keys that secrets are sealed with, as of a server that has them; else those of secrets.key in the data folder"),
        ("TURNPIKE_MODEL", "the model of turns that nothing else gives one; without it builtin/echo, which shows what it was sent"),
        ("OPENAI_API_KEY, OPENAI_BASE_URL", "OpenAI, or a server that is compatible with it, as provider \"openai\""),
        ("ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL", "Anthropic, or a server that speaks its messages, as provider \"anthropic\""),
        ("TURNPIKE_RECORD", "names of providers, with commas between, whose exchanges are recorded for turnpike replay; * for all"),
        ("NO_COLOR", "no colours and no progress"),
    ];
}
