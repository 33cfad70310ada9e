using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike run summarize</c>: a turn with a stored prompt or one in a file.</summary>
internal sealed class RunCommand : CliCommand
{
    /// <summary>The prompt's key or file.</summary>
    internal static readonly Argument<string> Prompt = new("prompt") { Description = "A prompt's key, key@version, key@label, or a .prompt file." };

    /// <summary>The text.</summary>
    internal static readonly Argument<string?> Text = new("text") { Description = "What you want to say beside the prompt. Piped text follows it after a blank line, or is the text when there is none; no triggers are read in it.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public RunCommand() : base("run", "Runs a prompt: a stored one, or a .prompt file.")
    {
        Arguments.Add(Prompt);
        Arguments.Add(Text);
        TurnOptions.AddTo(this);
        Examples =
        [
            new("turnpike run summarize < report.txt", "summarizes what is piped in"),
            new("turnpike run translate -v language=French \"Good morning\"", "gives a variable a value"),
            new("turnpike run extract-json -v fields=@fields.txt -r invoice.pdf", "a variable from a file, and an attached file"),
            new("turnpike run describe -v photo=@cat.png", "a picture for a variable of type image"),
            new("git diff --staged | turnpike run commit-message", "writes a commit message"),
            new("turnpike run ./draft.prompt \"a text\" -m openai/gpt-5 -p temperature=0", "runs a prompt that was never saved"),
            new("turnpike run summarize@3 --json < report.txt | jq -r 'select(.type == \"text.delta\").text'", "an older version, as events"),
        ];
        Does(async run => await TurnSubmission.RunAsync(run, await TurnSubmission.ReadAsync(run, run.Parsed.GetRequiredValue(Prompt), run.Parsed.GetValue(Text))));
    }
}
