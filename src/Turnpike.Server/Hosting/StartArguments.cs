using System.Reflection;

namespace Turnpike.Server.Hosting;

/// <summary>What stands behind the server's name on the command line: settings, and nothing else.</summary>
internal static class StartArguments
{
    private const string Help = """
        turnpike server: runs prompts, with a page at its address.

          Turnpike.Server [--NAME=VALUE …]

          --urls=http://127.0.0.1:5080        where it listens; several are separated by ";"
          --Turnpike:Data=FOLDER              where it keeps what it keeps
          --Turnpike:Model=PROVIDER/NAME      the model of turns that name none
          --NAME=VALUE                        any other setting: docs/settings.md tells them all
          --help, --version

        Settings may also stand in the environment (Turnpike__Data=FOLDER) and in appsettings.json.
        """;

    /// <summary>What is answered in place of a start; null: nothing, the server starts.</summary>
    public static string? Answer(string[] args) =>
        args.Any(argument => argument is "--help" or "-h" or "-?" or "/?") ? Help
        : args.Contains("--version") ? typeof(StartArguments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        : null;

    /// <summary>What is wrong; null when all are settings.</summary>
    public static string? Fault(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) && !args[i].StartsWith('/')) return $"\"{args[i]}\" is nothing that the server takes: it takes settings, as in --urls=http://127.0.0.1:5080. --help tells more.";
            if (args[i].Contains('=', StringComparison.Ordinal)) continue;
            if (++i == args.Length || args[i].StartsWith("--", StringComparison.Ordinal)) return $"{args[i - 1]} lacks its value: {args[i - 1]}=VALUE.";
        }
        return null;
    }
}
