using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Imports;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts import</c>.</summary>
internal sealed partial class PromptsImportCommand : CliCommand
{
    private const string Prompt = "prompt";
    private const string Prompty = ".prompty";
    private readonly Argument<string> _file = new("file") { Description = "A file of prompts, or - for what is piped in." };
    private readonly Option<string?> _format = new("--format") { Description = $"One of {string.Join(", ", PromptImporter.Formats)}; otherwise told by the content.", HelpName = "format" };
    private readonly Option<string?> _key = new("--key", "-k") { Description = "The key, when the file holds one prompt.", HelpName = "key" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Keep nothing; only tell what would happen." };
    private readonly Option<bool> _labels = new("--labels") { Description = "Move the labels that the file names." };
    private readonly Option<string?> _project = new("--project") { Description = "The project that new prompts belong to from the beginning.", HelpName = "id" };

    /// <summary>The command.</summary>
    public PromptsImportCommand() : base("import", "Reads prompts of OpenAI, Langfuse, LiteChat, AI Matrx, Prompty, dotprompt or Turnpike from a file.")
    {
        Arguments.Add(_file);
        Options.Add(_format);
        Options.Add(_key);
        Options.Add(_dryRun);
        Options.Add(_labels);
        Options.Add(_project);
        Examples = [new("turnpike prompts import stored-prompts.json --dry-run", "what would be imported, changed and left out"), new("turnpike prompts import litechat-export.json", "importing twice makes nothing new")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var path = run.Parsed.GetRequiredValue(_file);
        var isFile = path.EndsWith(PromptFile.Extension, StringComparison.OrdinalIgnoreCase);
        var text = path == "-" ? await new InputFile(run.Here).PipedAsync("-", run.Stop) : await InputFile.ExactAsync(path, run.Stop);
        var options = new ImportOptions { Key = run.Parsed.GetValue(_key) ?? KeyOf(path, text), Format = run.Parsed.GetValue(_format), IsFile = isFile, DryRun = run.Parsed.GetValue(_dryRun), Labels = run.Parsed.GetValue(_labels), Project = run.Parsed.GetValue(_project) };
        var report = await run.Turnpike.ImportAsync(text, options, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.ImportItem, report.Items);
        else Rows.Write(run.Here, ["From", "Outcome", "Prompt", "Version", "Notes"], report.Items.Select(item => (string?[])[item.Kind == Prompt ? item.From : $"{item.Kind} ({item.From})", item.Outcome.ToString().ToLowerInvariant(), item.Id, item.Version?.ToString(CultureInfo.InvariantCulture), string.Join("; ", item.Details)]));
        return report.Items.Any(item => item is { Kind: Prompt, Outcome: ImportOutcome.Skipped, Id: null }) ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>The key that a file's name gives to the one prompt in it; null when what stands in it says the key.</summary>
    private static string? KeyOf(string path, string text)
    {
        if (path.EndsWith(PromptFile.Extension, StringComparison.OrdinalIgnoreCase)) return PromptArgument.KeyOf(path);
        if (!path.EndsWith(Prompty, StringComparison.OrdinalIgnoreCase)) return null;
        var end = text.IndexOf("\n---", StringComparison.Ordinal);
        if (SaysName.IsMatch(end < 0 ? "" : text[..end])) return null;
        return NotInKeys.Replace(Path.GetFileName(path)[..^Prompty.Length].ToLowerInvariant(), "-").Trim('-') is { Length: > 0 } key ? key : null;
    }

    [GeneratedRegex(@"^[""']?name[""']?[ \t]*:", RegexOptions.Multiline)]
    private static partial Regex SaysName { get; }

    [GeneratedRegex("[^a-z0-9._-]+")]
    private static partial Regex NotInKeys { get; }
}
