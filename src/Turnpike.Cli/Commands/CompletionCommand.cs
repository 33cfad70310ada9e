using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike completion</c>: a script that lets a shell complete commands and options. The script asks the same command for what fits.</summary>
internal sealed class CompletionCommand : CliCommand
{
    private const string Bash = """
        _turnpike() {
          local IFS=$'\n'
          COMPREPLY=($(turnpike completion --line "$COMP_LINE" --position "$COMP_POINT" 2>/dev/null))
        }
        complete -o default -F _turnpike turnpike
        """;

    private const string Zsh = """
        #compdef turnpike
        _turnpike() {
          local -a found
          found=("${(@f)$(turnpike completion --line "$BUFFER" --position "$CURSOR" 2>/dev/null)}")
          compadd -- $found
        }
        compdef _turnpike turnpike
        """;

    private const string Fish = """
        complete -c turnpike -f -a '(turnpike completion --line (commandline -cp) 2>/dev/null)'
        """;

    private readonly Argument<string?> _shell = new("shell") { Description = "bash, zsh or fish.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _line = new("--line") { Description = "A command line: what may stand at its end, one a line. Scripts use it.", HelpName = "text" };
    private readonly Option<int?> _position = new("--position") { Description = "Where in the line the caret stands. Default: the end.", HelpName = "number" };

    /// <summary>The command.</summary>
    public CompletionCommand() : base("completion", "Prints a script that lets your shell complete commands and options.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
        Options.Add(_line);
        Options.Add(_position);
        Examples = [new("source <(turnpike completion bash)", "in ~/.bashrc"), new("turnpike completion fish > ~/.config/fish/completions/turnpike.fish", "for fish")];
        Does(Write);
    }

    private Task<int> Write(Invocation run)
    {
        if (run.Parsed.GetValue(_line) is { } line)
        {
            foreach (var item in Fitting(line, run.Parsed.GetValue(_position))) run.Here.Out.Write(item + "\n");
            return Task.FromResult(ExitCode.Ok);
        }
        var script = run.Parsed.GetValue(_shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => throw new UsageException("It is not said which shell.", "Write turnpike completion bash, zsh or fish."),
        };
        run.Here.Out.Write(script.ReplaceLineEndings("\n") + "\n");
        return Task.FromResult(ExitCode.Ok);
    }

    /// <summary>What may stand at a place of a command line; its first word is the program.</summary>
    private static IEnumerable<string> Fitting(string line, int? position)
    {
        var typed = line[..Math.Clamp(position ?? line.Length, 0, line.Length)].TrimStart();
        var first = typed.IndexOf(' ', StringComparison.Ordinal);
        if (first < 0) return [];
        var rest = typed[(first + 1)..];
        var word = rest[(rest.LastIndexOf(' ') + 1)..];
        return new RootTurnCommand().Parse(rest, new ParserConfiguration { ResponseFileTokenReplacer = null }).GetCompletions(rest.Length)
            .Select(item => item.InsertText ?? item.Label).Where(text => text.StartsWith(word, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }
}
