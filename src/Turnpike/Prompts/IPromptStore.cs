using Turnpike.Turns.Files;

namespace Turnpike.Prompts;

/// <summary>Keeps prompts: immutable numbered versions, found by key, number or label.</summary>
public interface IPromptStore
{
    /// <summary>One version; null when there is none.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="version">A number or a label; <c>latest</c> is always the newest; null: label <c>production</c>, else the newest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken);

    /// <summary>
    /// Saves a new version (the first one creates the prompt) and returns it as kept, with key, id, number, hash and date. A version equal to the
    /// newest is returned as it is. Labels stay where they are: saving moves none.
    /// </summary>
    /// <param name="prompt">
    /// What it says; key is required and finds no other prompt (otherwise <c>request_invalid</c>), version and dates are given by the store. An id that no other prompt has is kept: as the id of a new prompt, or as an
    /// alias of one that has an id already.
    /// </param>
    /// <param name="expectedVersion">The newest version that the writer saw: 0 when it must not exist, null when it does not matter. Otherwise <c>version_conflict</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken);

    /// <summary>Saves several prompts, all or none: as <see cref="SaveAsync"/> without an expected version. An id they had elsewhere (<see cref="Prompt.ImportedFrom"/>) finds them from now on.</summary>
    async Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        var kept = new List<Prompt>(prompts.Count);
        foreach (var prompt in prompts) kept.Add(await SaveAsync(prompt, null, cancellationToken));
        return kept;
    }

    /// <summary>Which version a name stands for now, without reading it: cheaper than <see cref="FindAsync"/>.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="version">As for <see cref="FindAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    async Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) =>
        await FindAsync(id, version, cancellationToken) is { } found ? new(found.Key, found.Id, found.Version ?? 0, found.Hash ?? PromptHash.Of(found)) : null;

    /// <summary>The history of a prompt, newest version first, at most a thousand; empty when there is no such prompt. Archived ones are told too.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken);

    /// <summary>Moves a label to a version, or takes it away; false when there is no such prompt or version.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="label">1 to 100 characters, one of them no digit, none of them @, and not <c>latest</c>; otherwise <c>request_invalid</c>, unless it is taken away.</param>
    /// <param name="version">The number of the version that it names from now on; null: it names none.</param>
    /// <param name="evenProtected">Whether a protected label moves too; otherwise that is <c>forbidden</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken);

    /// <summary>Moves a label that is not protected to a version, or takes it away; false when there is no such prompt or version.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="label">1 to 100 characters, one of them no digit, none of them @, and not <c>latest</c>; otherwise <c>request_invalid</c>, unless it is taken away.</param>
    /// <param name="version">The number of the version that it names from now on; null: it names none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> LabelAsync(string id, string label, int? version, CancellationToken cancellationToken) => LabelAsync(id, label, version, evenProtected: false, cancellationToken);

    /// <summary>Protects a label, or ends that; false when there is no such label.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="label">The label.</param>
    /// <param name="isProtected">Whether it is protected from now on.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken);

    /// <summary>All labels of a prompt, by name.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken);

    /// <summary>The labels of all prompts that are not archived, in order of keys and names.</summary>
    async Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken)
    {
        var all = new List<LabelledVersion>();
        for (var query = new PromptQuery { Limit = 200 }; ;)
        {
            var page = await ListAsync(query, cancellationToken);
            foreach (var prompt in page.Data)
            {
                foreach (var version in await VersionsAsync(prompt.Key, cancellationToken)) all.AddRange(version.Labels.Select(label => new LabelledVersion(prompt.Key, label, version.Version, version.CreatedAt)));
            }
            if (page.Next is null) return [.. all.OrderBy(one => one.Key, StringComparer.Ordinal).ThenBy(one => one.Label, StringComparer.Ordinal)];
            query = query with { After = page.Next };
        }
    }

    /// <summary>Puts a prompt away, or brings it back; false when there is no such prompt. An archived one is not found or listed; saving it again brings it back too.</summary>
    /// <param name="id">Key, <c>pmpt_…</c> id or alias.</param>
    /// <param name="isArchived">Whether it is put away from now on.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken);

    /// <summary>A page of prompts in their default versions, last saved first.</summary>
    Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken);

    /// <summary>All keys, for hints to the nearest one; at most a thousand, newest first.</summary>
    Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A short text that is another one after each change of what <see cref="ListAsync"/> answers: a saved version, a moved label, a prompt that was put away or brought back. While it is the same, so are the lists. A
    /// store that counts its changes answers without reading prompts.
    /// </summary>
    async Task<string> MarkAsync(CancellationToken cancellationToken)
    {
        var newest = await ListAsync(new() { Limit = 1 }, cancellationToken);
        var (keys, labels) = (await KeysAsync(cancellationToken), await AllLabelsAsync(cancellationToken));
        return TextHash.Of($"{string.Join(',', keys)} {(newest.Data is [var one] ? $"{one.Version} {one.CreatedAt:O}" : "")} {string.Join(',', labels.Select(label => $"{label.Key}@{label.Label}={label.Version}"))}").Hash;
    }

    /// <summary>The names of the variables that some version declares secret, of prompts that were put away as well. A store that keeps them beside its prompts answers without reading those.</summary>
    async Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var isArchived in (bool[])[false, true])
        {
            for (var query = new PromptQuery { Archived = isArchived, Limit = 200 }; ;)
            {
                var page = await ListAsync(query, cancellationToken);
                foreach (var prompt in page.Data)
                {
                    names.UnionWith(prompt.Secrets);
                    foreach (var version in await VersionsAsync(prompt.Key, cancellationToken)) names.UnionWith((await FindAsync(prompt.Key, version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken))?.Secrets ?? []);
                }
                if (page.Next is null) break;
                query = query with { After = page.Next };
            }
        }
        return names;
    }
}

/// <summary>Which prompts to list.</summary>
public sealed record PromptQuery
{
    /// <summary>Words that begin words of what the default version says: key, title, description, tags, messages. Case does not matter.</summary>
    public string? Query { get; init; }
    /// <summary>A tag they have.</summary>
    public string? Tag { get; init; }
    /// <summary>Whether those that were put away are listed, instead of the others.</summary>
    public bool Archived { get; init; }
    /// <summary>The cursor that the page before ended with.</summary>
    public string? After { get; init; }
    /// <summary>Rows of the page, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A page of a list.</summary>
/// <param name="Data">The rows.</param>
/// <param name="Next">What to ask for next; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Data, string? Next);
