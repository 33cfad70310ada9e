using System.Globalization;
using Turnpike.Cli.Clients;
using Turnpike.Cli.Commands;
using Turnpike.Cli.Output;

namespace Turnpike.Cli.Sync;

/// <summary>Tells what a sync did.</summary>
internal static class SyncPrinter
{
    /// <summary>Writes the lines; what went wrong goes to the error stream.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> TellAsync(Invocation run, IReadOnlyList<SyncLine> lines)
    {
        if (run.IsJson) JsonLines.Write(run.Here, CliJson.Relaxed.SyncLine, lines);
        else Rows.Write(run.Here, ["Prompt", "Outcome", "Version"], lines.Select(line => (string?[])[line.Key, line.Outcome, line.Version?.ToString(CultureInfo.InvariantCulture)]));
        foreach (var line in lines.Where(line => line.Message is not null)) await run.Talk.WarnAsync($"{line.Key}: {line.Message}");
        return lines.Any(line => line.Outcome == "failed") ? ExitCode.BadInput : ExitCode.Ok;
    }
}
