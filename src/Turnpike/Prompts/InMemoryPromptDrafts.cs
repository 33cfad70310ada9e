using Turnpike.Turns.Stores;

namespace Turnpike.Prompts;

/// <summary>Drafts that are forgotten when the program ends.</summary>
/// <param name="time">The clock that dates them.</param>
public sealed class InMemoryPromptDrafts(TimeProvider time) : IPromptDrafts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PromptDraft> _drafts = [];
    private int _left; // the highest revision that is gone: what is made anew counts on from there

    /// <inheritdoc/>
    public Task<PromptDraft?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_drafts.GetValueOrDefault(key));
    }

    /// <inheritdoc/>
    public Task<PromptDraft> SaveAsync(PromptDraft draft, int? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        lock (_gate)
        {
            var old = _drafts.GetValueOrDefault(draft.Key);
            if (expectedRevision is not null && expectedRevision != (old?.Revision ?? 0)) return Task.FromException<PromptDraft>(StoreErrors.Revision(draft.Key, expectedRevision.Value, old?.Revision ?? 0));
            return Task.FromResult(_drafts[draft.Key] = draft with { Revision = (old?.Revision ?? _left) + 1, BasedOn = old?.BasedOn ?? draft.BasedOn, SavedAt = time.GetUtcNow() });
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (expectedRevision is { } expected && _drafts.GetValueOrDefault(key) is { } now && now.Revision != expected) return Task.FromException<bool>(StoreErrors.Revision(key, expected, now.Revision));
            if (!_drafts.Remove(key, out var gone)) return Task.FromResult(false);
            _left = Math.Max(_left, gone.Revision);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task PublishedAsync(string key, int revision, int version, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_drafts.GetValueOrDefault(key) is not { } now) return Task.CompletedTask;
            if (now.Revision == revision) return DeleteAsync(key, null, cancellationToken);
            _drafts[key] = now with { BasedOn = version };
            return Task.CompletedTask;
        }
    }
}
