using System.CommandLine;
using System.Globalization;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;
using Turnpike.Turns.Usage;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike usage</c>.</summary>
internal sealed class UsageCommand : CliCommand
{
    private readonly Option<string?> _from = new("--from") { Description = "A day (2026-11-01) or a moment. Default: 30 days before the end.", HelpName = "date" };
    private readonly Option<string?> _to = new("--to") { Description = "A day, which then belongs to the period, or a moment. Default: now.", HelpName = "date" };
    private readonly Option<string> _by = new("--by") { Description = "model, prompt, project, key, day, or several with commas between.", DefaultValueFactory = _ => "model", HelpName = "groups" };

    /// <summary>The command.</summary>
    public UsageCommand() : base("usage", "Sums tokens, cost and time of past turns.")
    {
        Examples = [new("turnpike usage", "the last 30 days by model"), new("turnpike usage --by day,prompt --from 2026-11-01 --json", "a line of JSON for each day and prompt"), new("turnpike usage --by key", "what each key used")];
        Options.Add(_from);
        Options.Add(_to);
        Options.Add(_by);
        _by.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && UsageQuery.ParseBy(result.Tokens[0].Value) is null) result.AddError($"--by is \"{result.Tokens[0].Value}\"; it must be model, prompt, project, key or day, or several of them with commas between.");
        });
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (from, to) = UsagePeriod.Read(run.Parsed.GetValue(_from), run.Parsed.GetValue(_to), run.Here.Time.GetUtcNow());
        var by = UsageQuery.ParseBy(run.Parsed.GetValue(_by)!)!;
        var report = await run.Turnpike.UsageAsync(new(from, to, by), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.UsageRow, report.Data);
        else Rows.Write(run.Here, [.. by.Select(one => one.ToString()), "Turns", "Failed", "Tokens in", "Tokens out", "Cost", "First token"], report.Data.Select(row => Cells(row, by)));
        await run.Here.Out.FlushAsync();
        if (report.Total.Attempts == 0) await run.Talk.NoteAsync("No turn has ended in this period.");
        else if (report.Total.Unpriced > 0) await run.Talk.WarnAsync($"{report.Total.Unpriced} requests went to models whose price is unknown; they are not in the cost.");
        return ExitCode.Ok;
    }

    private static IReadOnlyList<string?> Cells(UsageRow row, IReadOnlyList<UsageBy> by) =>
    [
        .. by.Select(one => one switch { UsageBy.Day => row.Day, UsageBy.Model => row.Model, UsageBy.Prompt => row.Prompt ?? "-", UsageBy.Key => KeyOf(row), _ => row.Project ?? "-" }),
        Number(row.Turns), Number(row.Failed), Number(row.InputTokens), Number(row.OutputTokens),
        row.Cost.Count == 0 ? null : string.Join(" + ", row.Cost.Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Amount:0.######} {cost.Currency}"))),
        row.TimeToFirstToken is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time:0} ms") : null,
    ];

    private static string KeyOf(UsageRow row) => row.Key is not { } id ? "-" : row.KeyName is { } name ? $"{name} ({id})" : id;

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
