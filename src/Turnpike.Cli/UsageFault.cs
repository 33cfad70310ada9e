using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Turnpike.Cli.Help;
using Turnpike.Turns;

namespace Turnpike.Cli;

/// <summary>Says what is wrong with a command line.</summary>
internal static partial class UsageFault
{
    /// <summary>The fault; null when the command line can be run.</summary>
    public static UsageException? Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"Usage: {HelpWriter.PathOf(command)} --help";
        if (parsed.Action is HelpWriter) return null;
        if (Misplaced(parsed) is { } option) return new($"{option.Name} stands before the command \"{command.Name}\".", $"{help}. Options come behind the command.");
        if (Unknown(parsed) is { } unknown) return new($"There is no option \"{unknown}\".{Nearest.Hint(unknown, command.Options.Select(known => known.Name))}", $"{help}. A text that begins with \"-\" comes after \"--\".");
        if (parsed.Action is not ParseErrorAction) return null;
        if (parsed.UnmatchedTokens is not [var first, ..]) return new(Sentence(parsed.Errors[0]), help);
        if (command.Subcommands.Count > 0 && command is not RootCommand) return new($"There is no command \"{command.Name} {first}\".{Nearest.Hint(first, command.Subcommands.Select(known => known.Name))}", help);
        return command is RootCommand && parsed.CommandResult.Tokens is [var text, ..] && Nearest.To(text.Value, command.Subcommands.Select(known => known.Name)) is { } meant
            ? new($"There is no command \"{text.Value}\". Did you mean \"{meant}\"?", help)
            : new($"\"{first}\" is one argument too many.", first.Any(char.IsWhiteSpace) ? help : "Put a text with spaces in quotes.");
    }

    /// <summary>What is wrong; the parser names .NET's types.</summary>
    private static string Sentence(ParseError error)
    {
        var (name, type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => ($"<{argument.Argument.Name}>", argument.Argument.ValueType),
            _ => ("", typeof(string)),
        };
        if (OneOf.Match(error.Message) is { Success: true } choice)
        {
            string[] words = [.. Quoted.Matches(choice.Groups[2].Value).Select(word => word.Groups[1].Value)];
            return $"{name} is \"{choice.Groups[1].Value}\"; it must be {string.Join(", ", words[..^1])} or {words[^1]}.";
        }
        if (!error.Message.Contains("System.", StringComparison.Ordinal) || error.SymbolResult?.Tokens is not [.., var token]) return error.Message;
        var kind = Nullable.GetUnderlyingType(type) ?? type;
        return $"{name} is \"{token.Value}\", which is no {(kind == typeof(bool) ? "true or false" : kind == typeof(int) || kind == typeof(long) ? "whole number that fits" : "number")}.";
    }

    [GeneratedRegex(@"\AArgument '(.*)' not recognized\. Must be one of:(.*)\z", RegexOptions.Singleline)]
    private static partial Regex OneOf { get; }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted { get; }

    // The parser takes an unknown option for an argument. A text with a space in it is none, and behind "--" all is text.
    private static string? Unknown(ParseResult parsed)
    {
        var dashes = parsed.Tokens.ToList().FindIndex(token => token.Type == TokenType.DoubleDash);
        var options = dashes < 0 ? parsed.Tokens : parsed.Tokens.Take(dashes);
        var given = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Concat(parsed.UnmatchedTokens).ToHashSet(StringComparer.Ordinal);
        return options.FirstOrDefault(token => token.Type == TokenType.Argument && token.Value is ['-', not ' ', ..] && !token.Value.Any(char.IsWhiteSpace) && given.Contains(token.Value))?.Value;
    }

    // An option of "turnpike <text>" in front of another command would be read and then ignored.
    private static Option? Misplaced(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? null
        : parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(given => given is { Implicit: false, Option.Recursive: false } && given.Option is not System.CommandLine.Help.HelpOption and not VersionOption)?.Option;
}
