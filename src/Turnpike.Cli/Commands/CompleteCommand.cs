using System.CommandLine;
using Turnpike.Cli.Clients;
using Turnpike.Cli.Output;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike complete</c>: what may be typed next.</summary>
internal sealed class CompleteCommand : CliCommand
{
    private readonly Argument<string> _text = new("text") { Description = "What is typed so far." };
    private readonly Option<int?> _caret = new("--caret") { Description = "Where the caret stands, in UTF-16 units from 0. Default: the end.", HelpName = "number" };
    private readonly Option<string?> _prompt = new("--prompt", "-p") { Description = "The prompt that the turn will have, so that its variables are offered.", HelpName = "key" };
    private readonly Option<string?> _conversation = new("--conversation", "-c") { Description = "The conversation that the turn will belong to, for its prompt's variables.", HelpName = "id" };

    /// <summary>The command.</summary>
    public CompleteCommand() : base("complete", "Completes the trigger at the caret, as an editor would show it. Nothing is run.")
    {
        Arguments.Add(_text);
        Options.Add(_caret);
        Options.Add(_prompt);
        Options.Add(_conversation);
        Examples = [new("turnpike complete \"@.par\"", "namespaces that begin so"), new("turnpike complete \"@.params.t hello\" --caret 10 --json", "methods, with the span that each replaces")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var text = run.Parsed.GetRequiredValue(_text);
        var caret = run.Parsed.GetValue(_caret) ?? text.Length;
        if (caret < 0 || caret > text.Length) throw new UsageException($"The caret is at {caret}, and the text has {text.Length} units.", $"Give --caret a number from 0 to {text.Length}.");
        var items = await run.Turnpike.CompleteAsync(new(text, caret, run.Parsed.GetValue(_prompt), run.Parsed.GetValue(_conversation)), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, CliJson.Relaxed.CompletionItem, items);
        else Rows.Write(run.Here, ["Item", "Becomes", "About"], items.Select(item => (string?[])[item.Label, text[..item.Span.Start] + item.InsertText + text[item.Span.End..], item.Detail]));
        return ExitCode.Ok;
    }
}
