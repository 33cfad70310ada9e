using System.CommandLine;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Cli.Sync;
using Turnpike.Prompts.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts save</c>.</summary>
internal sealed class PromptsSaveCommand : CliCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A .prompt file, or - for what is piped in (then --key is needed)." };
    private readonly Option<string?> _key = new("--key", "-k") { Description = "The prompt's key. Default: the file's name without .prompt.", HelpName = "key" };

    private readonly Option<string?> _project = new("--project") { Description = "The project that a new prompt belongs to from the beginning.", HelpName = "id" };

    /// <summary>The command.</summary>
    public PromptsSaveCommand() : base("save", "Saves a .prompt file as a new version of a stored prompt.")
    {
        Arguments.Add(_file);
        Options.Add(_key);
        Options.Add(_project);
        Examples = [new("turnpike prompts save summarize.prompt", "saves the next version of \"summarize\""), new("turnpike prompts save draft.prompt --key mail/answer", "saves it under another key"), new("turnpike prompts save summarize.prompt --project proj_docs", "makes it inside a project")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var path = run.Parsed.GetRequiredValue(_file);
        var key = run.Parsed.GetValue(_key) ?? (path == "-" ? throw new UsageException("What is piped in has no name.", "Give its key: turnpike prompts save - --key name") : PromptArgument.KeyOf(path));
        var read = path == "-" ? PromptFile.Parse(await new InputFile(run.Here).PipedAsync("-", run.Stop), key) : FilesBeside.Prompt(await InputFile.ExactAsync(path, run.Stop), path, key);
        var (prompt, note) = await PromptFolder.FindAsync(run.Turnpike, key, run.Stop) is { } kept ? KeptValues.Over(read, kept) : (read, null);
        if (note is not null) await run.Talk.WarnAsync($"{key}: {note}");
        var saved = await run.Turnpike.SavePromptAsync(prompt, run.Parsed.GetValue(_project), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Prompt, saved);
        else run.Here.Out.Write($"{saved.Key}@{saved.Version}\n");
        return ExitCode.Ok;
    }
}
