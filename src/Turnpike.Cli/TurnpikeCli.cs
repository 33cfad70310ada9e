using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Turnpike.Cli.Commands;
using Turnpike.Cli.Help;
using Turnpike.Cli.Output;

namespace Turnpike.Cli;

/// <summary>The program: reads the command line and runs the command it names.</summary>
internal static class TurnpikeCli
{
    /// <summary>Runs one command line and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, Surroundings here)
    {
        var parsed = new RootTurnCommand().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // text may begin with "@"
        if (parsed.Action is ParseErrorAction || Misplaced(parsed) is not null) return await RefuseAsync(parsed, here);
        return await parsed.InvokeAsync(new CliConfiguration(here));
    }

    private static async Task<int> RefuseAsync(ParseResult parsed, Surroundings here)
    {
        var message = Misplaced(parsed) is { } option ? $"{option.Name} stands before the command \"{parsed.CommandResult.Command.Name}\"." : parsed.Errors[0].Message;
        var code = new ErrorPrinter(here, parsed.GetValue(SharedOptions.Json)).Tell(new UsageException(message, $"Usage: {HelpWriter.PathOf(parsed.CommandResult.Command)} --help"));
        await here.Out.FlushAsync();
        return code;
    }

    // An option of "turnpike <text>" in front of another command would be read and then ignored.
    private static Option? Misplaced(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? null
        : parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(given => given is { Implicit: false, Option.Recursive: false } && given.Option is not System.CommandLine.Help.HelpOption and not VersionOption)?.Option;
}
