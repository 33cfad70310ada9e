using System.CommandLine;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike conversations import</c>.</summary>
internal sealed class ConversationsImportCommand : CliCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A file of conversations, or - for what is piped in." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Keep nothing; only tell what would happen." };
    private readonly Option<string?> _project = new("--project") { Description = "The project of conversations that belong to none in the file.", HelpName = "id" };

    /// <summary>The command.</summary>
    public ConversationsImportCommand() : base("import", "Reads conversations, with their rules, tags and projects, of LiteChat or AI Matrx, or a conversation that was exported, from a file.")
    {
        Arguments.Add(_file);
        Options.Add(_dryRun);
        Options.Add(_project);
        Examples = [new("turnpike conversations import litechat-export.json --dry-run", "what would be imported, changed and left out"), new("turnpike conversations import litechat-export.json", "all or nothing; importing twice changes nothing")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var path = run.Parsed.GetRequiredValue(_file);
        var file = path == "-" ? await new InputFile(run.Here).PipedBytesAsync("-", run.Stop) : await InputFile.BytesAsync(path, run.Stop);
        var report = await run.Turnpike.ImportConversationsAsync(file, run.Parsed.GetValue(_dryRun), run.Parsed.GetValue(_project), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.ImportItem, report.Items);
        else Rows.Write(run.Here, ["Kind", "From", "Outcome", "Id", "Notes"], report.Items.Select(item => (string?[])[item.Kind, item.From, item.Outcome.ToString().ToLowerInvariant(), item.Id, string.Join("; ", item.Details)]));
        return ExitCode.Ok;
    }
}
