namespace Turnpike.Prompts.Imports;

/// <summary>The keys that the prompts of one file get. What was looked up for one of them is not looked up again for the next: a thousand may have the same name.</summary>
internal sealed class ImportKeys(IPromptStore store, PromptKeeper keeper)
{
    private readonly Dictionary<string, string?> _taken = new(StringComparer.Ordinal); // with the id elsewhere of who took it
    private readonly Dictionary<(string From, string Wished), string> _given = [];
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal); // the first number that is not known to be another's
    private readonly Dictionary<string, Here?> _here = new(StringComparer.Ordinal);

    /// <summary>What is kept under a key: the hashes of its versions, newest first, and whether a prompt that is saved over it takes something of it along.</summary>
    private sealed record Here(IReadOnlyList<string> Hashes, bool HandsOn);

    /// <summary>The key of one that is sound is no other's from now on.</summary>
    public void Take(Prompt prompt) => _taken[prompt.Key] = prompt.ImportedFrom;

    /// <summary>The key that was asked for, the one it has here already, or its own; one that another prompt has gets a number.</summary>
    public async Task<string> OfAsync(FoundPrompt found, Prompt prompt, string? asked, CancellationToken cancellationToken)
    {
        if (found.IsUnnamed && prompt.Key == found.Prompt!.Key) return await FreeAsync(prompt, cancellationToken);
        if (prompt.ImportedFrom is not { } from) return prompt.Key;
        var known = await store.LocateAsync(from, "latest", cancellationToken);
        if (known is not null && (asked is null || known.Key == asked)) return known.Key;
        if (known is not null && !from.StartsWith(PromptyFile.Format, StringComparison.Ordinal)) found.Remarks.Add($"{from} goes on finding {known.Key}, which it was imported as before");
        if (!_given.TryGetValue((from, prompt.Key), out var key)) _given[(from, prompt.Key)] = key = await NumberedAsync(prompt.Key, from, known is not null, cancellationToken);
        if (key != prompt.Key) found.Changes.Add($"key: \"{prompt.Key}\" is taken by another prompt");
        return key;
    }

    private async Task<string> NumberedAsync(string wished, string from, bool isKnown, CancellationToken cancellationToken)
    {
        for (var number = _next.GetValueOrDefault(wished, 1); ; number++)
        {
            var key = Numbered(wished, number);
            if (_taken.TryGetValue(key, out var other) ? other != from : await store.FindAsync(key, "latest", cancellationToken) is { Id: not null } there && (!isKnown || there.ImportedFrom != from)) continue;
            if (!isKnown) _next[wished] = number;
            return key;
        }
    }

    /// <summary>A key for a prompt that nobody named: one that is free, or that this very prompt has.</summary>
    private async Task<string> FreeAsync(Prompt prompt, CancellationToken cancellationToken)
    {
        string? hash = null;
        for (var number = 1; ; number++)
        {
            var key = Numbered(prompt.Key, number);
            if (_taken.ContainsKey(key)) continue;
            if (!_here.TryGetValue(key, out var here)) _here[key] = here = await HereAsync(key, cancellationToken);
            if (here is null) return key;
            var its = here.HandsOn ? await HashAsync(key) : hash ??= await HashAsync(key);
            if (here.Hashes.Take(prompt.ImportedFrom is null ? 1 : int.MaxValue).Contains(its)) return key;
        }

        async Task<string> HashAsync(string key) => PromptHash.Of(await keeper.SoundAsync(prompt with { Key = key }, cancellationToken));
    }

    private async Task<Here?> HereAsync(string key, CancellationToken cancellationToken) => await store.FindAsync(key, "latest", cancellationToken) is { Id: not null } newest
        ? new([.. (await store.VersionsAsync(key, cancellationToken)).Select(version => version.Hash)], newest.File is not null || newest.Output is not null) : null;

    private static string Numbered(string key, int number) => number == 1 ? key : $"{key}-{number}";
}
