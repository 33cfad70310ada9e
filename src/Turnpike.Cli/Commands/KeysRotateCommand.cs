using System.CommandLine;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike keys rotate</c>.</summary>
internal sealed class KeysRotateCommand : CliCommand
{
    private readonly Argument<string> _key = new("key") { Description = "The key's id, its name, or how its secret begins." };
    private readonly Option<string?> _grace = new("--grace") { Description = "How long the secret before still counts: 15m, 24h, 7d. Default: not at all.", HelpName = "time" };

    /// <summary>The command.</summary>
    public KeysRotateCommand() : base("rotate", "Gives a key a new secret and shows it, this once.")
    {
        Arguments.Add(_key);
        Options.Add(_grace);
        Examples = [new("turnpike keys rotate shop --grace 24h", "both secrets count for a day")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var grace = run.Parsed.GetValue(_grace) is { } text ? TimeSpans.Read("--grace", text) : TimeSpan.Zero;
        var key = await NamedKey.FindAsync(run, run.Parsed.GetRequiredValue(_key));
        SecretPrinter.Write(run.Here, run.IsJson, await run.Turnpike.RotateKeyAsync(key.Id, grace, run.Stop));
        return ExitCode.Ok;
    }
}
