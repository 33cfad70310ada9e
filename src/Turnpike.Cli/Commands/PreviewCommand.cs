using System.CommandLine;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike preview …</c>: what a turn would send.</summary>
internal sealed class PreviewCommand : CliCommand
{
    private readonly Argument<string?> _prompt = new("prompt") { Description = "A prompt's key, key@version, key@label, or a .prompt file. A single argument that can be none of these is the text.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _text = new("text") { Description = RunCommand.Text.Description, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public PreviewCommand() : base("preview", "Shows the exact model request that a turn would send. Nothing is sent and nothing is kept.")
    {
        Arguments.Add(_prompt);
        Arguments.Add(_text);
        TurnOptions.AddTo(this, runs: false);
        Examples =
        [
            new("turnpike preview translate -v language=French \"Good morning\"", "the messages, the model, the parameters"),
            new("turnpike preview \"@.params.temp 0.2; Shorter, please\" --continue", "what triggers and history become"),
            new("turnpike preview summarize --json < report.txt | jq .trace", "with the trace, the variables and the warnings"),
        ];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (prompt, text) = (run.Parsed.GetValue(_prompt), run.Parsed.GetValue(_text));
        if (text is null && prompt is not null && !PromptArgument.Fits(prompt)) (prompt, text) = (null, prompt);
        var request = await TurnSubmission.ReadAsync(run, prompt, text);
        try
        {
            var preview = await run.Turnpike.PreviewAsync(request, run.Stop);
            if (run.IsJson) run.Here.Out.Write(preview.GetRawText() + "\n");
            else await PreviewPrinter.WriteAsync(run.Here, run.Talk, preview, request.Content);
            return ExitCode.Ok;
        }
        catch (TurnException error)
        {
            return run.Errors.Tell(error, request.Content);
        }
    }
}
