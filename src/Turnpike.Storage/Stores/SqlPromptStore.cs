using System.Data.Common;
using System.Globalization;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Prompts, in a database.</summary>
internal sealed class SqlPromptStore(SqlDatabase database, TimeProvider time) : IPromptStore
{
    private sealed record Name(string Key, string Id, long Newest, bool IsArchived, long SearchId);

    public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken) => database.ReadAsync(async session =>
        await NumberAsync(session, id, version) is (var name, var number) ? await VersionAsync(session, name.Key, number) : null, cancellationToken);

    public Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        if (await NumberAsync(session, id, version) is not (var name, var number)) return null;
        var hashes = await session.QueryAsync(PromptSql.Locate, row => row.GetString(0), ("@key", name.Key), ("@version", number));
        return hashes is [var hash] ? new PromptPlace(name.Key, name.Id, (int)number, hash) : null;
    }, cancellationToken);

    public Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<PromptVersion>>(async session =>
    {
        if (await ResolveAsync(session, id) is not { } name) return [];
        var labels = (await LabelsAsync(session, name.Key)).ToLookup(label => label.Version, label => label.Label);
        return await session.QueryAsync(PromptSql.Versions, row => new PromptVersion
        {
            Version = (int)row.GetInt64(0),
            Hash = row.GetString(1),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            Author = row.IsDBNull(3) ? null : row.GetString(3),
            Note = row.IsDBNull(4) ? null : row.GetString(4),
            Labels = [.. labels[(int)row.GetInt64(0)]],
        }, ("@key", name.Key));
    }, cancellationToken);

    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Key.Length == 0) return Task.FromException<Prompt>(StoreErrors.NoKey());
        return database.WriteAsync(session => CountedAsync(session, () => SaveAsync(session, prompt, expectedVersion)), cancellationToken);
    }

    public Task<IReadOnlyList<Prompt>> SaveAllAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Any(prompt => prompt.Key.Length == 0)) return Task.FromException<IReadOnlyList<Prompt>>(StoreErrors.NoKey());
        return database.WriteAsync(session => CountedAsync<IReadOnlyList<Prompt>>(session, async () =>
        {
            var kept = new List<Prompt>(prompts.Count);
            foreach (var prompt in prompts) kept.Add(await SaveAsync(session, prompt, null));
            return kept;
        }), cancellationToken);
    }

    public Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken)
    {
        if (StoreErrors.Label(label, version) is { } wrong) return Task.FromException<bool>(wrong);
        return database.WriteAsync(async session =>
        {
            if (await ResolveAsync(session, id) is not { IsArchived: false } name || version < 1 || version > name.Newest) return false;
            if (!evenProtected && await session.QueryAsync(PromptSql.IsProtected, row => row.GetInt64(0), ("@key", name.Key), ("@label", label)) is [not 0]) throw StoreErrors.Protected(label, id);
            var old = label == "production" ? await DefaultAsync(session, name) : null;
            if (version is { } number) await session.ExecuteAsync(PromptSql.SetLabel, ("@key", name.Key), ("@label", label), ("@version", (long)number));
            else await session.ExecuteAsync(PromptSql.RemoveLabel, ("@key", name.Key), ("@label", label));
            session.Tell(StoreChange.Prompt, name.Key);
            if (old is not null) await IndexAsync(session, name, old);
            await CountAsync(session);
            return true;
        }, cancellationToken);
    }

    public Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) => database.WriteAsync(async session =>
        await ResolveAsync(session, id) is { } name && await session.ExecuteAsync(PromptSql.Protect, ("@protected", isProtected ? 1L : 0L), ("@key", name.Key), ("@label", label)) > 0, cancellationToken);

    public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<PromptLabel>>(async session =>
        await ResolveAsync(session, id) is { } name ? await LabelsAsync(session, name.Key) : [], cancellationToken);

    public Task<IReadOnlyList<LabelledVersion>> AllLabelsAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<LabelledVersion>>(async session =>
        [.. (await session.QueryAsync(PromptSql.EveryLabel, row => new LabelledVersion(row.GetString(0), row.GetString(1), (int)row.GetInt64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)))))
            .OrderBy(one => one.Key, StringComparer.Ordinal).ThenBy(one => one.Label, StringComparer.Ordinal)], cancellationToken);

    public Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await ResolveAsync(session, id) is not { } name) return false;
        session.Tell(StoreChange.Prompt, name.Key);
        return await CountedAsync(session, async () => await session.ExecuteAsync(PromptSql.Archive, ("@at", isArchived ? time.GetUtcNow().ToUnixTimeMilliseconds() : null), ("@key", name.Key)) > 0);
    }, cancellationToken);

    public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (after, words, tag) = (PageCursor.Parse(query.After), PromptSearchText.Words(query.Query), PromptSearchText.Cut(query.Tag).ToArray());
        if (PromptSearchText.IsWordless(query.Query)) return Task.FromResult(new Page<Prompt>([], null));
        return database.ReadAsync(async session =>
        {
            var search = PromptSearchSql.Of(session.Connection);
            var indexed = tag.Length > 0 && await session.QueryAsync(OlderWordSql.HasPrompts, row => 1) is [] ? tag : []; // the words of its tags find a prompt too, once all have theirs
            var match = words.Length + indexed.Length == 0 ? null : search.Match(words, indexed);
            var rows = await session.QueryAsync(await ListSqlAsync(session, search, match), row => (Prompt: Read(row), SavedAt: row.GetInt64(8)),
                ("@time", after.Time), ("@name", after.Name), ("@tag", LikePatterns.Item(query.Tag)),
                ("@archived", query.Archived ? 1L : 0L), ("@match", match), ("@limit", query.Limit + 1L));
            var page = new List<Prompt>(rows.Count);
            foreach (var (prompt, _) in rows.Take(query.Limit)) page.Add(await LabelledAsync(session, prompt));
            return new Page<Prompt>(page, rows.Count > query.Limit ? new PageCursor(rows[query.Limit - 1].SavedAt, page[^1].Key).ToString() : null);
        }, cancellationToken);
    }

    private static async Task<string> ListSqlAsync(SqlSession session, PromptSearchSql search, string? match) =>
        match is null ? PromptSql.List
        : search.Count is { } count && await session.QueryAsync(count, row => row.GetInt64(0), ("@match", match)) is [PromptSearchSql.Few] ? search.ListMany : search.List;

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(async session => await session.QueryAsync(PromptSql.Keys, row => row.GetString(0)), cancellationToken);

    public Task<string> MarkAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.QueryAsync(PromptSql.Changes, row => row.GetInt64(0)))[0].ToString(CultureInfo.InvariantCulture), cancellationToken);

    public Task<IReadOnlySet<string>> SecretNamesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlySet<string>>(async session => (await session.QueryAsync(PromptSql.SecretNames, row => row.GetString(0))).ToHashSet(StringComparer.Ordinal), cancellationToken);

    private static async Task<T> CountedAsync<T>(SqlSession session, Func<Task<T>> change)
    {
        var made = await change();
        await CountAsync(session);
        return made;
    }

    /// <summary>Counts a change when it is made, in any part: whoever holds it waits for nothing else, and who meets somebody there tries another.</summary>
    private static Task<int> CountAsync(SqlSession session) => session.ExecuteAsync(PromptSql.CountChange, ("@part", (long)Random.Shared.Next(PromptSql.ChangeParts)));

    private static async Task<Name?> ResolveAsync(SqlSession session, string id) =>
        await session.QueryAsync(PromptSql.Resolve, row => new Name(row.GetString(0), row.GetString(1), row.GetInt64(2), !row.IsDBNull(3), row.GetInt64(4)), ("@id", id)) is [var name] ? name : null;

    private static async Task<(Name Name, long Number)?> NumberAsync(SqlSession session, string id, string? version)
    {
        if (await ResolveAsync(session, id) is not { IsArchived: false } name) return null;
        if (long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return (name, number);
        if (version == PromptLabel.Latest) return (name, name.Newest);
        var labelled = await session.QueryAsync(PromptSql.Labelled, row => row.GetInt64(0), ("@key", name.Key), ("@label", version ?? "production"));
        if (labelled is [] && version is not null) return null;
        return (name, labelled is [var found] ? found : name.Newest);
    }

    private static Task<List<PromptLabel>> LabelsAsync(SqlSession session, string key) =>
        session.QueryAsync(PromptSql.AllLabels, row => new PromptLabel(row.GetString(0), (int)row.GetInt64(1), row.GetInt64(2) != 0), ("@key", key));

    /// <summary>The version that lists show.</summary>
    private static async Task<Prompt?> DefaultAsync(SqlSession session, Name name)
    {
        var labelled = await session.QueryAsync(PromptSql.Labelled, row => row.GetInt64(0), ("@key", name.Key), ("@label", "production"));
        return await VersionAsync(session, name.Key, labelled is [var found] ? found : name.Newest);
    }

    /// <summary>Puts the words of the version that lists show in the place of those of an earlier one.</summary>
    private static async Task IndexAsync(SqlSession session, Name name, Prompt? old)
    {
        var (search, now) = (PromptSearchSql.Of(session.Connection), await DefaultAsync(session, name));
        if (old?.Hash == now!.Hash) return;
        if (old is not null) await session.ExecuteAsync(search.Remove, ("@id", name.SearchId));
        await session.ExecuteAsync(search.Add, ("@id", name.SearchId), ("@words", Words(now)));
    }

    /// <summary>Puts the words of the version that lists show in the place of whatever finds a prompt now.</summary>
    internal static async Task IndexAgainAsync(SqlSession session, string key)
    {
        if (await ResolveAsync(session, key) is not { } name || await DefaultAsync(session, name) is not { } prompt) return;
        var search = PromptSearchSql.Of(session.Connection);
        await session.ExecuteAsync(search.Remove, ("@id", name.SearchId));
        await session.ExecuteAsync(search.Add, ("@id", name.SearchId), ("@words", Words(prompt)));
    }

    private static string Words(Prompt prompt) => string.Join(' ', PromptSearchText.Of(prompt));

    private static async Task<Prompt?> VersionAsync(SqlSession session, string key, long version) =>
        await session.QueryAsync(PromptSql.Find, Read, ("@key", key), ("@version", version)) is [var prompt] ? await LabelledAsync(session, prompt) : null;

    private static async Task<Prompt> LabelledAsync(SqlSession session, Prompt prompt) =>
        prompt with { Labels = await session.QueryAsync(PromptSql.Labels, row => row.GetString(0), ("@key", prompt.Key), ("@version", (long)prompt.Version!)) };

    private async Task<Prompt> SaveAsync(SqlSession session, Prompt prompt, int? expectedVersion)
    {
        var name = await ResolveAsync(session, prompt.Key);
        if (name is not null && name.Key != prompt.Key) throw StoreErrors.IsId(prompt.Key);
        var newest = name?.Newest ?? 0;
        var isGone = expectedVersion == 0 && name is { IsArchived: true };
        if (expectedVersion is not null && expectedVersion != newest && !isGone) throw StoreErrors.Version(prompt.Key, expectedVersion, (int)newest);
        name ??= await CreateAsync(session, prompt);
        if (prompt.Id is { Length: > 0 } && await ResolveAsync(session, prompt.Id) is null) await session.ExecuteAsync(PromptSql.InsertId, ("@id", prompt.Id), ("@key", prompt.Key));
        if (prompt.ImportedFrom is { Length: > 0 } from && await ResolveAsync(session, from) is null) await session.ExecuteAsync(PromptSql.InsertId, ("@id", from), ("@key", prompt.Key));
        session.Tell(StoreChange.Prompt, prompt.Key);
        var hash = await PromptContents.KeepAsync(session, prompt);
        if (newest == 0 || (await VersionAsync(session, prompt.Key, newest))!.Hash != hash)
        {
            var old = newest == 0 ? null : await DefaultAsync(session, name);
            await AddVersionAsync(session, prompt, ++newest, hash);
            await IndexAsync(session, name with { Newest = newest }, old);
        }
        else if (name.IsArchived) await session.ExecuteAsync(PromptSql.Archive, ("@at", null), ("@key", name.Key));
        return (await VersionAsync(session, prompt.Key, newest))!;
    }

    private async Task<Name> CreateAsync(SqlSession session, Prompt prompt)
    {
        var free = prompt.Id is { Length: > 0 } && await ResolveAsync(session, prompt.Id) is null;
        var id = free ? prompt.Id! : Ids.NewPrompt();
        await session.ExecuteAsync(PromptSearchSql.Of(session.Connection).Insert, ("@key", prompt.Key), ("@id", id), ("@savedAt", time.GetUtcNow().ToUnixTimeMilliseconds()));
        await session.ExecuteAsync(PromptSql.InsertId, ("@id", id), ("@key", prompt.Key));
        return (await ResolveAsync(session, prompt.Key))!;
    }

    private async Task AddVersionAsync(SqlSession session, Prompt prompt, long version, string hash)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await session.ExecuteAsync(PromptSql.InsertVersion,
            ("@key", prompt.Key), ("@version", version), ("@hash", hash), ("@createdAt", now), ("@author", prompt.Author), ("@note", prompt.Note),
            ("@search", $"{prompt.Key}\n{prompt.Title}\n{prompt.Description}".ToLowerInvariant()), ("@tags", LikePatterns.Items(prompt.Tags)));
        foreach (var name in prompt.Secrets) await session.ExecuteAsync(PromptSql.InsertSecretName, ("@name", name));
        await session.ExecuteAsync(PromptSql.MoveNewest, ("@newest", version), ("@savedAt", now), ("@key", prompt.Key));
    }

    private static Prompt Read(DbDataReader row) => PromptContents.Read(row.GetFieldValue<byte[]>(7)) with
    {
        Key = row.GetString(0),
        Id = row.GetString(1),
        Version = (int)row.GetInt64(2),
        Hash = row.GetString(3),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        Author = row.IsDBNull(5) ? null : row.GetString(5),
        Note = row.IsDBNull(6) ? null : row.GetString(6),
    };
}
