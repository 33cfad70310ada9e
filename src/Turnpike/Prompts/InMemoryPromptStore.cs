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
    private long _changes;

    private sealed class Kept
    {
        public required string Id { get; init; }
        public List<Prompt> Versions { get; } = [];
        public SortedDictionary<string, int> Labels { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Protected { get; } = new(StringComparer.Ordinal);
        public bool IsArchived { get; set; }
        public long Saved => Versions[^1].CreatedAt!.Value.ToUnixTimeMilliseconds();

        public Prompt? Version(string? name) =>
            name is null ? At(Labels.GetValueOrDefault("production", Versions.Count))
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? At(number)
            : name == PromptLabel.Latest ? At(Versions.Count)
            : Labels.TryGetValue(name, out var labelled) ? At(labelled) : null;

        public Prompt? At(int number) => number < 1 || number > Versions.Count ? null
            : Versions[number - 1] with { Labels = [.. Labels.Where(label => label.Value == number).Select(label => label.Key)] };
    }

    /// <inheritdoc/>
    public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(Find(id) is { IsArchived: false } kept ? kept.Version(version) : null);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var kept = Find(id);
            return Task.FromResult<IReadOnlyList<PromptVersion>>([.. Enumerable.Range(0, Math.Min(kept?.Versions.Count ?? 0, 1000)).Select(back => kept!.At(kept.Versions.Count - back)!)
                .Select(version => new PromptVersion { Version = version.Version!.Value, Hash = version.Hash!, CreatedAt = version.CreatedAt, Author = version.Author, Note = version.Note, Labels = version.Labels })]);
        }
    }

    /// <inheritdoc/>
    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        lock (_gate)
        {
            if (Fault(prompt, []) is { } fault) return Task.FromException<Prompt>(fault);
            var kept = _prompts.GetValueOrDefault(prompt.Key);
            var newest = kept?.Versions.Count ?? 0;
            var isGone = expectedVersion == 0 && kept is { IsArchived: true };
            if (expectedVersion is not null && expectedVersion != newest && !isGone) return Task.FromException<Prompt>(StoreErrors.Version(prompt.Key, expectedVersion, newest));
            return Task.FromResult(Save(prompt));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        lock (_gate)
        {
            var (keys, ids) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
            foreach (var prompt in prompts)
            {
                if (Fault(prompt, keys.Contains(prompt.Key) ? [] : ids) is { } fault) return Task.FromException<IReadOnlyList<Prompt>>(fault);
                keys.Add(prompt.Key);
                ids.UnionWith(new[] { prompt.Id, prompt.ImportedFrom }.OfType<string>());
            }
            return Task.FromResult<IReadOnlyList<Prompt>>([.. prompts.Select(Save)]);
        }
    }

    private TurnException? Fault(Prompt prompt, HashSet<string> ids) =>
        prompt.Key.Length == 0 ? StoreErrors.NoKey() : !_prompts.ContainsKey(prompt.Key) && (_ids.ContainsKey(prompt.Key) || ids.Contains(prompt.Key)) ? StoreErrors.IsId(prompt.Key) : null;

    private Prompt Save(Prompt prompt)
    {
        var hash = PromptHash.Of(prompt);
        var free = prompt.Id is { Length: > 0 } && !_ids.ContainsKey(prompt.Id) && !_prompts.ContainsKey(prompt.Id);
        _changes++;
        if (!_prompts.TryGetValue(prompt.Key, out var kept)) kept = _prompts[prompt.Key] = new() { Id = free ? prompt.Id! : Ids.NewPrompt() };
        kept.IsArchived = false;
        _ids[kept.Id] = prompt.Key;
        if (free) _ids[prompt.Id!] = prompt.Key;
        if (prompt.ImportedFrom is { Length: > 0 } from && !_prompts.ContainsKey(from)) _ids.TryAdd(from, prompt.Key);
        if (kept.Versions.Count == 0 || kept.Versions[^1].Hash != hash)
            kept.Versions.Add(prompt with { Id = kept.Id, Version = kept.Versions.Count + 1, Hash = hash, Labels = [], CreatedAt = time.GetUtcNow() });
        return kept.At(kept.Versions.Count)!;
    }

    /// <inheritdoc/>
    public Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken)
    {
        if (StoreErrors.Label(label, version) is { } wrong) return Task.FromException<bool>(wrong);
        lock (_gate)
        {
            if (Find(id) is not { IsArchived: false } kept || (version is { } number && kept.At(number) is null)) return Task.FromResult(false);
            if (!evenProtected && kept.Protected.Contains(label)) return Task.FromException<bool>(StoreErrors.Protected(label, id));
            _changes++;
            if (version is null && kept.Labels.Remove(label)) kept.Protected.Remove(label);
            else if (version is { } to) kept.Labels[label] = to;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is not { } kept || !kept.Labels.ContainsKey(label)) return Task.FromResult(false);
            if (isProtected) kept.Protected.Add(label);
            else kept.Protected.Remove(label);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<PromptLabel>>(Find(id) is { } kept ? [.. kept.Labels.Select(label => new PromptLabel(label.Key, label.Value, kept.Protected.Contains(label.Key)))] : []);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<LabelledVersion>>([.. _prompts.Where(row => !row.Value.IsArchived).OrderBy(row => row.Key, StringComparer.Ordinal)
                .SelectMany(row => row.Value.Labels.Select(label => new LabelledVersion(row.Key, label.Key, label.Value, row.Value.At(label.Value)!.CreatedAt)))]);
    }

    /// <inheritdoc/>
    public Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is not { } kept) return Task.FromResult(false);
            kept.IsArchived = isArchived;
            _changes++;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (after, words) = (PageCursor.Parse(query.After), PromptSearchText.Words(query.Query));
        if (PromptSearchText.IsWordless(query.Query)) return Task.FromResult(new Page<Prompt>([], null));
        lock (_gate)
        {
            var rows = NewestFirst()
                .Where(row => after.IsBefore(row.Value.Saved, row.Key) && row.Value.IsArchived == query.Archived)
                .Select(row => (row.Value.Saved, Prompt: row.Value.Version(null)!))
                .Where(row => PromptSearchText.Fits(row.Prompt, words) && (query.Tag is null || row.Prompt.Tags.Contains(query.Tag, StringComparer.OrdinalIgnoreCase)))
                .Take(query.Limit + 1).ToList();
            var more = rows.Count > query.Limit;
            if (more) rows.RemoveAt(query.Limit);
            return Task.FromResult(new Page<Prompt>([.. rows.Select(row => row.Prompt)], more ? new PageCursor(rows[^1].Saved, rows[^1].Prompt.Key).ToString() : null));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<string>>([.. NewestFirst().Where(row => !row.Value.IsArchived).Select(row => row.Key).Take(1000)]);
    }

    /// <inheritdoc/>
    public Task<string> MarkAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_changes.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlySet<string>>(_prompts.Values.SelectMany(kept => kept.Versions).SelectMany(version => version.Secrets).ToHashSet(StringComparer.Ordinal));
    }

    private Kept? Find(string id) => _prompts.GetValueOrDefault(id) ?? (_ids.TryGetValue(id, out var key) ? _prompts[key] : null);

    private IEnumerable<KeyValuePair<string, Kept>> NewestFirst() => _prompts.OrderByDescending(row => row.Value.Saved).ThenByDescending(row => row.Key, StringComparer.Ordinal);
}
