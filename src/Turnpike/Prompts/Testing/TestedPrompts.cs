using System.Globalization;
using Turnpike.Turns.Stores;

namespace Turnpike.Prompts.Testing;

/// <summary>Prompts whose held labels move only to versions that have passed their tests, and are not taken away, whoever asks. Who may move protected labels moves these as well, when they say so.</summary>
internal sealed class TestedPrompts(IPromptStore inner, IPromptTests tests) : IPromptStore
{
    public async Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken)
    {
        if (!evenProtected && version is { } number) await RequireAsync(id, label, number, cancellationToken);
        else if (!evenProtected) await RequireFreeAsync(id, label, cancellationToken);
        return await inner.LabelAsync(id, label, version, evenProtected, cancellationToken);
    }

    private async Task RequireAsync(string id, string label, int version, CancellationToken cancellationToken)
    {
        if (await inner.LocateAsync(id, version.ToString(CultureInfo.InvariantCulture), cancellationToken) is not { } place) return; // the store tells that there is none
        if (await HeldAsync(place, label, cancellationToken) is not { } held) return;
        var report = await tests.ReportOfAsync(place.Key, place.Hash, cancellationToken);
        if (report is { Passed: true } && report.Revision == held.Revision) return;
        throw StoreErrors.NotPassed(label, place.Key, Why(report, held, version));
    }

    private async Task RequireFreeAsync(string id, string label, CancellationToken cancellationToken)
    {
        if (await inner.LocateAsync(id, label, cancellationToken) is { } place && await HeldAsync(place, label, cancellationToken) is not null) throw StoreErrors.Held(label, place.Key);
    }

    private async Task<PromptTests?> HeldAsync(PromptPlace place, string label, CancellationToken cancellationToken) =>
        await tests.FindAsync(place.Key, cancellationToken) is { } held && held.Labels.Contains(label, StringComparer.Ordinal) ? held : null;

    private static string Why(PromptTestReport? report, PromptTests held, int version)
    {
        if (report is null || report.Revision != held.Revision) return $"Version {version} was not tested{(report is null ? "" : " since they changed")}: run them (turnpike prompts test {held.Key} --version {version}).";
        var failed = report.Results.Where(result => !result.Passed).ToArray();
        return $"Version {version} failed {failed.Length} of {report.Results.Count}: {string.Join(' ', failed.Take(3).Select(result => $"\"{result.Name}\": {result.Failures[0]}"))}{(failed.Length > 3 ? " …" : "")}";
    }

    public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken) => inner.FindAsync(id, version, cancellationToken);

    public Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) => inner.LocateAsync(id, version, cancellationToken);

    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken) => inner.SaveAsync(prompt, expectedVersion, cancellationToken);

    public Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken) => inner.SaveAllAsync(prompts, cancellationToken);

    public Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken) => inner.VersionsAsync(id, cancellationToken);

    public Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) => inner.ProtectAsync(id, label, isProtected, cancellationToken);

    public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => inner.LabelsAsync(id, cancellationToken);

    public Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken) => inner.AllLabelsAsync(cancellationToken);

    public Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) => inner.ArchiveAsync(id, isArchived, cancellationToken);

    public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => inner.KeysAsync(cancellationToken);

    public Task<string> MarkAsync(CancellationToken cancellationToken) => inner.MarkAsync(cancellationToken);

    public Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken) => inner.SecretNamesAsync(cancellationToken);
}
