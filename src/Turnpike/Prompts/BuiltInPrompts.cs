using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Turnpike.Prompts.Files;

namespace Turnpike.Prompts;

/// <summary>The prompts that ship with the product, behind those that people keep: a kept prompt with the same key takes the place of a built-in one.</summary>
/// <param name="kept">The store of kept prompts.</param>
public sealed class BuiltInPrompts(IPromptStore kept) : IPromptStore
{
    private const string Folder = "Turnpike.Prompts.BuiltIn.";
    private const string Cursor = "built-in:"; // of a page that ended among these: behind it stands the key of its last one
    private static readonly Lazy<IReadOnlyList<Prompt>> Shipped = new(Load);

    /// <summary>When they were written, UTC: the date they have for those who want one.</summary>
    public static DateTimeOffset WrittenAt { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The prompts that ship with the product, by key.</summary>
    public static IReadOnlyList<Prompt> All => Shipped.Value;

    /// <summary>The id of a prompt: of one that ships with the product it is made of its key, and finds it, too.</summary>
    public static string IdOf(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.Id ?? IdOf(prompt.Key);
    }

    /// <inheritdoc/>
    public async Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken)
    {
        id = KeyOf(id);
        if (await kept.FindAsync(id, version, cancellationToken) is { } own) return own;
        if (version is not (null or "latest" or "1" or "production") || All.FirstOrDefault(prompt => prompt.Key == id) is not { } shipped) return null;
        return version is null || await kept.FindAsync(id, null, cancellationToken) is null ? shipped : null;
    }

    /// <inheritdoc/>
    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken) => kept.SaveAsync(prompt, expectedVersion, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken) => kept.SaveAllAsync(prompts, cancellationToken);

    /// <inheritdoc/>
    public async Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) =>
        await kept.LocateAsync(id, version, cancellationToken) ?? (await FindAsync(id, version, cancellationToken) is { } shipped ? new(shipped.Key, shipped.Id, shipped.Version ?? 0, shipped.Hash!) : null);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken)
    {
        id = KeyOf(id);
        if (await kept.VersionsAsync(id, cancellationToken) is { Count: > 0 } versions) return versions;
        return All.FirstOrDefault(prompt => prompt.Key == id) is { } shipped ? [new() { Version = 1, Hash = shipped.Hash! }] : [];
    }

    /// <inheritdoc/>
    public Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken) => kept.LabelAsync(id, label, version, evenProtected, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) => kept.ProtectAsync(id, label, isProtected, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => kept.LabelsAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken) => kept.AllLabelsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) => kept.ArchiveAsync(id, isArchived, cancellationToken);

    /// <inheritdoc/>
    public async Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var last = query.After?.StartsWith(Cursor, StringComparison.Ordinal) == true ? query.After[Cursor.Length..] : null;
        var page = last is null ? await kept.ListAsync(query, cancellationToken) : new([], null);
        if (page.Next is not null || query.Archived) return page;
        var rows = page.Data.ToList();
        foreach (var shipped in All)
        {
            if (string.CompareOrdinal(shipped.Key, last) <= 0 || !Fits(shipped, query) || await kept.FindAsync(shipped.Key, null, cancellationToken) is not null) continue;
            if (rows.Count >= query.Limit) return new(rows, Cursor + last);
            rows.Add(shipped);
            last = shipped.Key;
        }
        return new(rows, null);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) =>
        [.. (await kept.KeysAsync(cancellationToken)).Union(All.Select(prompt => prompt.Key), StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Task<string> MarkAsync(CancellationToken cancellationToken) => kept.MarkAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken)
    {
        var names = await kept.SecretNamesAsync(cancellationToken);
        return All.Any(prompt => prompt.Secrets.Any()) ? names.Union(All.SelectMany(prompt => prompt.Secrets)).ToHashSet(StringComparer.Ordinal) : names;
    }

    private static string KeyOf(string id) => id.StartsWith("pmpt_", StringComparison.Ordinal) && All.FirstOrDefault(prompt => IdOf(prompt.Key) == id) is { } made ? made.Key : id;

    private static string IdOf(string key) => "pmpt_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("built-in " + key)))[..48];

    private static bool Fits(Prompt prompt, PromptQuery query) =>
        (query.Tag is null || prompt.Tags.Contains(query.Tag, StringComparer.OrdinalIgnoreCase)) && !PromptSearchText.IsWordless(query.Query) && PromptSearchText.Fits(prompt, PromptSearchText.Words(query.Query));

    private static IReadOnlyList<Prompt> Load()
    {
        var assembly = typeof(BuiltInPrompts).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => Read(assembly, name))];
    }

    private static Prompt Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        var prompt = PromptFile.Parse(reader.ReadToEnd(), name[Folder.Length..^PromptFile.Extension.Length]);
        return prompt with { Version = 1, Tags = [.. prompt.Tags, "built-in"], Hash = PromptHash.Of(prompt with { Tags = [.. prompt.Tags, "built-in"] }) };
    }
}
