using System.CommandLine;
using Turnpike.Cli.Commands;
using Turnpike.Cli.Output;

namespace Turnpike.Cli;

/// <summary>The program: reads the command line and runs the command it names.</summary>
internal static class TurnpikeCli
{
    /// <summary>Runs one command line and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, Surroundings here)
    {
        if (args is ["help", .. var about]) args = [.. about, "--help"]; // as most programs have it; a text of that one word asks nothing
        // The parser would take a first argument in brackets for a directive, and one that begins with "@" for a file of arguments; here both are text.
        var parsed = new RootTurnCommand().Parse(args is [['[', ..], ..] ? [SharedOptions.Start.Name, .. args] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageFault.Of(parsed) is { } fault) return new ErrorPrinter(here, parsed.GetValue(SharedOptions.Json)).Tell(fault);
        try
        {
            return await parsed.InvokeAsync(new CliConfiguration(here));
        }
        finally
        {
            await here.Out.FlushAsync();
        }
    }
}
