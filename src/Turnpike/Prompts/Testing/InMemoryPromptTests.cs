using Turnpike.Turns.Stores;

namespace Turnpike.Prompts.Testing;

/// <summary>Tests of prompts that are forgotten when the program ends.</summary>
/// <param name="time">The clock that dates them.</param>
public sealed class InMemoryPromptTests(TimeProvider time) : IPromptTests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PromptTests> _tests = [];
    private readonly Dictionary<(string Key, string Hash), PromptTestReport> _reports = [];
    private int _left; // the highest revision that is gone: what is made anew counts on from there

    /// <inheritdoc/>
    public Task<PromptTests?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_tests.GetValueOrDefault(key));
    }

    /// <inheritdoc/>
    public Task<PromptTests> SaveAsync(PromptTests tests, int? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tests);
        lock (_gate)
        {
            var revision = _tests.GetValueOrDefault(tests.Key)?.Revision ?? 0;
            if (expectedRevision is { } expected && expected != revision) return Task.FromException<PromptTests>(StoreErrors.TestsRevision(tests.Key, expected, revision));
            return Task.FromResult(_tests[tests.Key] = tests with { Revision = (revision == 0 ? _left : revision) + 1, SavedAt = time.GetUtcNow() });
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (expectedRevision is { } expected && _tests.GetValueOrDefault(key) is { } now && now.Revision != expected) return Task.FromException<bool>(StoreErrors.TestsRevision(key, expected, now.Revision));
            foreach (var of in _reports.Keys.Where(of => of.Key == key).ToArray()) _reports.Remove(of);
            if (!_tests.Remove(key, out var gone)) return Task.FromResult(false);
            _left = Math.Max(_left, gone.Revision);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task ReportAsync(PromptTestReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        lock (_gate) _reports[(report.Key, report.Hash)] = report;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<PromptTestReport?> ReportOfAsync(string key, string hash, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_reports.GetValueOrDefault((key, hash)));
    }
}
