namespace Turnpike.Prompts.Imports;

/// <summary>Versions of another system that come after newer ones are here: whoever asks for none goes on getting what was the newest.</summary>
internal static class OlderVersions
{
    /// <summary>The highest number of another system that a version has here; null when none has, or the prompt that was found has none.</summary>
    public static async Task<int?> HighestAsync(IPromptStore store, FoundPrompt found, string key, CancellationToken cancellationToken) =>
        found.VersionLabel is null ? null : (await store.LabelsAsync(key, cancellationToken)).Max(label => ForeignVersions.NumberOf(label.Label));

    /// <summary>What was the newest of the prompts of which only older versions are saved: it is saved again over these.</summary>
    public static async Task<List<Prompt>> OverAsync(IPromptStore store, IEnumerable<(FoundPrompt Found, string Key)> fresh, CancellationToken cancellationToken)
    {
        var again = new List<Prompt>();
        foreach (var versions in fresh.GroupBy(one => one.Key, StringComparer.Ordinal))
        {
            var last = versions.MaxBy(one => one.Found.Version).Found;
            if (await HighestAsync(store, last, versions.Key, cancellationToken) > last.Version && await store.FindAsync(versions.Key, "latest", cancellationToken) is { Id: not null } newest) again.Add(newest);
        }
        return again;
    }
}
