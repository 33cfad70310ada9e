using System.CommandLine;
using System.CommandLine.Invocation;
using Turnpike.Cli.Commands;

namespace Turnpike.Cli.Help;

/// <summary>Writes a command's help: what it does, how it is typed, its arguments, options and commands, examples.</summary>
internal sealed class HelpWriter : SynchronousCommandLineAction
{
    private const int MostWidth = 100;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var here = ((CliConfiguration)parseResult.InvocationConfiguration).Here;
        Write(parseResult.CommandResult.Command, here.Out, here.OutIsTerminal ? here.Width : MostWidth);
        here.Out.Flush();
        return ExitCode.Ok;
    }

    /// <summary>Writes the help of a command.</summary>
    public static void Write(Command command, TextWriter to, int width)
    {
        width = Math.Min(width, MostWidth);
        to.Write($"{Wrapped(command.Description!, 0, width)}\n\nUsage:\n");
        foreach (var usage in Usages(command)) to.Write($"  {usage}\n");
        WriteRows(to, "Arguments", command.Arguments.Select(argument => (argument.Name, argument.Description!)), width);
        WriteRows(to, "Commands", command.Subcommands.Where(child => !child.Hidden).Select(child => (child.Name, child.Description!)), width);
        WriteRows(to, "Options", Options(command).Select(option => (Names(option), option.Description!)), width);
        if (command is IHasExamples { Examples: { Count: > 0 } examples })
        {
            to.Write("\nExamples:\n");
            foreach (var example in examples) to.Write($"  # {example.About}\n  {example.Line}\n");
        }
        if (command is not RootCommand) return;
        WriteRows(to, "Environment", EnvironmentVariables.All, width);
        WriteRows(to, "Exit codes", ExitCode.All.Select(code => (code.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), code.Meaning)), width);
    }

    /// <summary>The words that lead to a command: <c>turnpike prompts list</c>.</summary>
    public static string PathOf(Command command) => command is RootCommand ? "turnpike" : $"{PathOf((Command)command.Parents.First())} {command.Name}";

    private static IEnumerable<string> Usages(Command command)
    {
        var arguments = string.Concat(command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : $" <{argument.Name}>"));
        if (command is not CommandGroup) yield return $"{PathOf(command)}{arguments} [options]";
        if (command.Subcommands.Any(child => !child.Hidden)) yield return $"{PathOf(command)} <command> [options]";
    }

    private static IEnumerable<Option> Options(Command command)
    {
        var inherited = command.Parents.OfType<Command>().SelectMany(Chain).SelectMany(parent => parent.Options.Where(option => option.Recursive));
        return command.Options.Where(option => !SharedOptions.All.Contains(option) && option is not System.CommandLine.Help.HelpOption and not VersionOption)
            .Concat(SharedOptions.All)
            .Concat(command.Options.Concat(inherited).Where(option => option is System.CommandLine.Help.HelpOption or VersionOption).Reverse())
            .Where(option => !option.Hidden).Distinct();
    }

    private static IEnumerable<Command> Chain(Command command) => command.Parents.OfType<Command>().SelectMany(Chain).Prepend(command);

    private static string Names(Option option)
    {
        var names = option.Aliases.Where(alias => alias is not ("/h" or "/?" or "-?")).OrderBy(alias => alias.Length).Append(option.Name);
        return string.Join(", ", names) + (option.HelpName is { } value ? $" <{value}>" : "");
    }

    private static void WriteRows(TextWriter to, string heading, IEnumerable<(string Name, string About)> all, int width)
    {
        var rows = all.ToList();
        if (rows.Count == 0) return;
        var column = rows.Max(row => row.Name.Length) + 4;
        to.Write($"\n{heading}:\n");
        foreach (var (name, about) in rows) to.Write($"  {name.PadRight(column - 2)}{Wrapped(about, column, width)}\n");
    }

    private static string Wrapped(string text, int indent, int width)
    {
        var (lines, line) = (new List<string>(), "");
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && indent + line.Length + 1 + word.Length > Math.Max(width, indent + 30))
            {
                lines.Add(line);
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }
        return string.Join("\n" + new string(' ', indent), [.. lines, line]);
    }
}
