using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Cli.Sync;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts lint</c>.</summary>
internal sealed class PromptsLintCommand : CliCommand
{
    private readonly Argument<string[]> _what = new("what") { Description = ".prompt files, folders of them, or keys of stored prompts.", Arity = ArgumentArity.OneOrMore };

    /// <summary>The command.</summary>
    public PromptsLintCommand() : base("lint", "Checks prompts: variables, tools, rules, models, partials. Ends with 2 when there is an error.")
    {
        Arguments.Add(_what);
        Examples = [new("turnpike prompts lint prompts", "all files of a folder"), new("turnpike prompts lint summarize --json", "a stored prompt, one issue a line")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var hasErrors = false;
        foreach (var what in run.Parsed.GetRequiredValue(_what))
        {
            await foreach (var (name, issues) in ReviewsAsync(run, what))
            {
                hasErrors |= issues.Any(issue => issue.Severity == IssueSeverity.Error);
                if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.PromptIssue, issues);
                else Rows.Write(run.Here, ["Prompt", "Severity", "Code", "Where", "What"], issues.Select(issue => (string?[])[name, issue.Severity.ToString().ToLowerInvariant(), issue.Code, issue.Path, issue.Fix is { } fix ? $"{issue.Message} {fix.Message}" : issue.Message]));
            }
        }
        return hasErrors ? ExitCode.BadInput : ExitCode.Ok;
    }

    private static async IAsyncEnumerable<(string Name, IReadOnlyList<PromptIssue> Issues)> ReviewsAsync(Invocation run, string what)
    {
        if (Directory.Exists(what))
        {
            var folder = new PromptFolder(what);
            var partials = new PartialFiles(folder, run.Turnpike);
            foreach (var file in folder.Files()) yield return (folder.KeyOf(file), await OfFileAsync(run, folder, file, prompt => partials.WithAsync(prompt, prompt.Key, run.Stop)));
            foreach (var tests in folder.LoneTests()) yield return (folder.KeyOf(TestsFile.PromptFileOf(tests)), [new(TurnErrorCode.PromptNotFound.Text(), IssueSeverity.Warning, TestsFile.Alone(tests), "tests")]);
        }
        else if (File.Exists(what))
        {
            var file = Path.GetFullPath(what);
            yield return (what, await OfFileAsync(run, new PromptFolder(Path.GetDirectoryName(file)!), file, prompt => PartialFiles.IncludedAsync(prompt, file, run.Turnpike, run.Stop)));
        }
        else
        {
            yield return (what, (await run.Turnpike.LintAsync(await run.Turnpike.PromptAsync(PromptReference.Parse(what), run.Stop), bringsPartials: false, run.Stop)).Issues);
        }
    }

    /// <summary>All that is wrong with a file, with the prompt that is left of it, and with the tests beside it.</summary>
    private static async Task<IReadOnlyList<PromptIssue>> OfFileAsync(Invocation run, PromptFolder folder, string file, Func<Prompt, Task<Prompt>> withPartials)
    {
        var faults = new List<TurnException>();
        var issues = new List<PromptIssue>();
        try
        {
            var prompt = await withPartials(folder.Read(file, faults.Add).Prompt);
            var isTold = faults.Exists(fault => fault.Field == "file"); // a body that is no template, with its place in the file
            issues.AddRange((await run.Turnpike.LintAsync(prompt, bringsPartials: true, run.Stop)).Issues.Where(issue => !isTold || issue.Path != "body"));
        }
        catch (TurnException error) when (error.Code is not (TurnErrorCode.StorageUnavailable or TurnErrorCode.ProviderUnreachable))
        {
            faults.Add(error);
        }
        try
        {
            folder.Tests(file);
        }
        catch (TurnException error)
        {
            issues.Add(new(error.Code.Text(), IssueSeverity.Error, error.Message, "tests"));
        }
        return [.. faults.Select(fault => new PromptIssue(fault.Code.Text(), IssueSeverity.Error, fault.Message, fault.Field ?? "file") { Span = fault.Span }), .. issues];
    }
}
