using System.CommandLine;
using System.Globalization;
using Turnpike.Cli.Output;
using Turnpike.Turns.Access;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike audit</c>.</summary>
internal sealed class AuditCommand : CliCommand
{
    private const int Page = 1000;
    private readonly Option<long> _after = new("--after") { Description = "The number of the last line that you have. Default: from the first.", HelpName = "number" };
    private readonly Option<int?> _limit = new("--limit") { Description = "The most lines. Default: all there are.", HelpName = "number" };

    /// <summary>The command.</summary>
    public AuditCommand() : base("audit", "Shows who changed what, oldest first.")
    {
        Examples = [new("turnpike audit", "every change of prompts, rules, projects, keys and tool servers"), new("turnpike audit --after 1200 --json", "what came since, as JSON lines")];
        _after.Validators.Add(result => Check(result, "--after", 0));
        _limit.Validators.Add(result => Check(result, "--limit", 1));
        Options.Add(_after);
        Options.Add(_limit);
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (after, left) = (run.Parsed.GetValue(_after), run.Parsed.GetValue(_limit) ?? int.MaxValue);
        while (left > 0 && await run.Turnpike.AuditAsync(after, Math.Min(left, Page), run.Stop) is { Count: > 0 } entries)
        {
            if (run.IsJson) JsonLines.Write(run.Here, AccessJson.Relaxed.AuditEntry, entries);
            else Rows.Write(run.Here, ["Number", "At", "Who", "Action", "Target", "Status"], entries.Select(Cells));
            (after, left) = (entries[^1].Number, left - entries.Count);
        }
        return ExitCode.Ok;
    }

    private static IReadOnlyList<string?> Cells(AuditEntry entry) =>
    [
        entry.Number.ToString(CultureInfo.InvariantCulture), entry.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), entry.User is { } user ? $"{entry.Who} for {user}" : entry.Who,
        entry.Action, entry.Target, entry.Status.ToString(CultureInfo.InvariantCulture),
    ];

    private static void Check(System.CommandLine.Parsing.OptionResult result, string name, long least)
    {
        if (result.Tokens.Count == 1 && (!long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > int.MaxValue)) result.AddError($"{name} is \"{result.Tokens[0].Value}\"; it must be a number from {least}.");
    }
}
