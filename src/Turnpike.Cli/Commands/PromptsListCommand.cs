using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Prompts;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts list</c>.</summary>
internal sealed class PromptsListCommand : CliCommand
{
    private readonly Argument<string?> _words = new("words") { Description = "Words that begin words of key, title, description, tags or messages.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _tag = new("--tag") { Description = "Only prompts with this tag.", HelpName = "tag" };

    private readonly Option<bool> _archived = new("--archived") { Description = "Those that were archived instead." };

    /// <summary>The command.</summary>
    public PromptsListCommand() : base("list", "Lists stored prompts, last saved first.")
    {
        Arguments.Add(_words);
        Options.Add(_tag);
        Options.Add(_archived);
        Options.Add(Paging.Limit);
        Examples = [new("turnpike prompts list", "the newest prompts"), new("turnpike prompts list translate --json | jq -r .key", "keys of prompts about translating"), new("turnpike prompts list --archived", "what \"turnpike prompts restore\" brings back")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (words, tag, archived) = (run.Parsed.GetValue(_words), run.Parsed.GetValue(_tag), run.Parsed.GetValue(_archived));
        var prompts = await Paging.ReadAsync(run, (after, limit) => run.Turnpike.PromptsAsync(new PromptQuery { Query = words, Tag = tag, Archived = archived, After = after, Limit = limit }, run.Stop));
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Prompt, prompts);
        else Rows.Write(run.Here, ["Prompt", "Version", "Labels", "About"], prompts.Select(prompt => (string?[])[prompt.Key, prompt.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture), string.Join(", ", prompt.Labels), prompt.Description ?? prompt.Title]));
        return ExitCode.Ok;
    }
}
