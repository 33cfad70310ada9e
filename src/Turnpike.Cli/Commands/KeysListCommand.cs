using System.Globalization;
using Turnpike.Cli.Output;
using Turnpike.Turns.Access;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike keys list</c>.</summary>
internal sealed class KeysListCommand : CliCommand
{
    /// <summary>The command.</summary>
    public KeysListCommand() : base("list", "Lists keys, those that ended included; of secrets only the beginning.")
    {
        Examples = [new("turnpike keys list", "all keys"), new("turnpike keys list --json | jq -r 'select(.revokedAt == null) | .id'", "ids of those that were not revoked")];
        Does(RunAsync);
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        var keys = await run.Turnpike.KeysAsync(run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, AccessJson.Relaxed.AccessKey, keys);
        else Rows.Write(run.Here, ["Id", "Name", "Begins", "Scopes", "For", "State"], keys.Select(key => (string?[])[key.Id, key.Name, key.Prefix + "…", string.Join(", ", key.Scopes), For(key), State(key, run.Here.Time.GetUtcNow())]));
        return ExitCode.Ok;
    }

    private static string For(AccessKey key) => key.Organization == OrganizationScope.Default ? key.User ?? "" : $"{key.User}@{key.Organization}";

    private static string State(AccessKey key, DateTimeOffset now) =>
        key.RevokedAt is { } revoked ? "revoked " + Day(revoked)
        : key.ExpiresAt is not { } end ? "valid"
        : end <= now ? "ended " + Day(end) : "until " + Day(end);

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
