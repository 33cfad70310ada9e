using Turnpike.Turns.Access;

namespace Turnpike.Cli.Commands;

/// <summary>Finds the one key that somebody means.</summary>
internal static class NamedKey
{
    /// <exception cref="UsageException">There is none, or there are several.</exception>
    public static async Task<AccessKey> FindAsync(Invocation run, string said)
    {
        var keys = await run.Turnpike.KeysAsync(run.Stop);
        var found = keys.Where(key => key.Id == said || key.Name == said || key.Prefix == said.TrimEnd('…')).ToList();
        if (found.Count > 1 && found.Where(key => key.RevokedAt is null).ToList() is [var living]) return living;
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UsageException($"There is no key \"{said}\".", "See turnpike keys list."),
            var many => throw new UsageException($"{many} keys are called \"{said}\".", "Name one by its id: turnpike keys list."),
        };
    }
}
