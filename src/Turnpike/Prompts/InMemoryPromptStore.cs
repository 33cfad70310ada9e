using System.Globalization;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Prompts;

/// <summary>Prompts that are forgotten when the program ends: for tests, and for hosts that bring their prompts in code.</summary>
/// <param name="time">The clock that dates versions.</param>
public sealed class InMemoryPromptStore(TimeProvider time) : IPromptStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _prompts = [];
    private readonly Dictionary<string, string> _ids = [];

    private sealed class Kept
    {
        public required string Id { get; init; }
        public List<Prompt> Versions { get; } = [];
        public SortedDictionary<string, int> Labels { get; } = new(StringComparer.Ordinal);
        public long Saved => Versions[^1].CreatedAt!.Value.ToUnixTimeMilliseconds();

        public Prompt? Version(string? name) =>
            name is null ? At(Labels.GetValueOrDefault("production", Versions.Count))
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? At(number)
            : Labels.TryGetValue(name, out var labelled) ? At(labelled)
            : name == "latest" ? At(Versions.Count) : null;

        public Prompt? At(int number) => number < 1 || number > Versions.Count ? null
            : Versions[number - 1] with { Labels = [.. Labels.Where(label => label.Value == number).Select(label => label.Key)] };
    }

    /// <inheritdoc/>
    public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(Find(id)?.Version(version));
    }

    /// <inheritdoc/>
    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Key.Length == 0) return Task.FromException<Prompt>(StoreErrors.NoKey());
        var hash = PromptHash.Of(prompt);
        lock (_gate)
        {
            var kept = _prompts.GetValueOrDefault(prompt.Key);
            var newest = kept?.Versions.Count ?? 0;
            if (expectedVersion is not null && expectedVersion != newest) return Task.FromException<Prompt>(StoreErrors.Version(prompt.Key, expectedVersion, newest));
            var free = prompt.Id is { Length: > 0 } && !_ids.ContainsKey(prompt.Id) && !_prompts.ContainsKey(prompt.Id);
            kept ??= _prompts[prompt.Key] = new() { Id = free ? prompt.Id! : Ids.NewPrompt() };
            _ids[kept.Id] = prompt.Key;
            if (free) _ids[prompt.Id!] = prompt.Key;
            if (newest == 0 || kept.Versions[^1].Hash != hash)
                kept.Versions.Add(prompt with { Id = kept.Id, Version = newest + 1, Hash = hash, Labels = [], CreatedAt = time.GetUtcNow() });
            return Task.FromResult(kept.At(kept.Versions.Count)!);
        }
    }

    /// <inheritdoc/>
    public Task<bool> LabelAsync(string id, string label, int? version, CancellationToken cancellationToken)
    {
        if (label.All(char.IsAsciiDigit)) return Task.FromException<bool>(StoreErrors.Label(label));
        lock (_gate)
        {
            if (Find(id) is not { } kept || (version is { } number && kept.At(number) is null)) return Task.FromResult(false);
            if (version is null) kept.Labels.Remove(label);
            else kept.Labels[label] = version.Value;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (after, words) = (PageCursor.Parse(query.After), SearchWords.Of(query.Query));
        lock (_gate)
        {
            var rows = NewestFirst()
                .Where(row => after.IsBefore(row.Value.Saved, row.Key))
                .Select(row => (row.Value.Saved, Prompt: row.Value.Version(null)!))
                .Where(row => SearchWords.AllIn($"{row.Prompt.Key}\n{row.Prompt.Title}\n{row.Prompt.Description}", words) && (query.Tag is null || row.Prompt.Tags.Contains(query.Tag, StringComparer.OrdinalIgnoreCase)))
                .Take(query.Limit + 1).ToList();
            var more = rows.Count > query.Limit;
            if (more) rows.RemoveAt(query.Limit);
            return Task.FromResult(new Page<Prompt>([.. rows.Select(row => row.Prompt)], more ? new PageCursor(rows[^1].Saved, rows[^1].Prompt.Key).ToString() : null));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<string>>([.. NewestFirst().Select(row => row.Key).Take(1000)]);
    }

    private Kept? Find(string id) => _prompts.GetValueOrDefault(id) ?? (_ids.TryGetValue(id, out var key) ? _prompts[key] : null);

    private IEnumerable<KeyValuePair<string, Kept>> NewestFirst() => _prompts.OrderByDescending(row => row.Value.Saved).ThenByDescending(row => row.Key, StringComparer.Ordinal);
}
