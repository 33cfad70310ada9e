using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike keys revoke</c>.</summary>
internal sealed class KeysRevokeCommand : CliCommand
{
    private readonly Argument<string> _key = new("key") { Description = "The key's id, its name, or how its secret begins." };

    /// <summary>The command.</summary>
    public KeysRevokeCommand() : base("revoke", "Ends a key at once, for good.")
    {
        Arguments.Add(_key);
        Examples = [new("turnpike keys revoke shop", "by its name")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var key = await NamedKey.FindAsync(run, run.Parsed.GetRequiredValue(_key));
        await run.Turnpike.RevokeKeyAsync(key.Id, run.Stop);
        run.Here.Error.Write($"Key \"{key.Name}\" ({key.Id}) is revoked.\n");
        return ExitCode.Ok;
    }
}
