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
    private sealed record Name(string Key, string Id, long Newest);

    public Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        if (await ResolveAsync(session, id) is not { } name) return null;
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var labelled = await session.QueryAsync(PromptSql.Labelled, row => row.GetInt64(0), ("@key", name.Key), ("@label", version ?? "production"));
            if (labelled is [] && version is not (null or "latest")) return null;
            number = labelled is [var found] ? found : name.Newest;
        }
        return await VersionAsync(session, name.Key, number);
    }, cancellationToken);

    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Key.Length == 0) return Task.FromException<Prompt>(StoreErrors.NoKey());
        return database.WriteAsync(async session =>
        {
            var name = await ResolveAsync(session, prompt.Key) is { } known && known.Key == prompt.Key ? known : null;
            var newest = name?.Newest ?? 0;
            if (expectedVersion is not null && expectedVersion != newest) throw StoreErrors.Version(prompt.Key, expectedVersion, (int)newest);
            name ??= await CreateAsync(session, prompt);
            if (prompt.Id is { Length: > 0 } && await ResolveAsync(session, prompt.Id) is null) await session.ExecuteAsync(PromptSql.InsertId, ("@id", prompt.Id), ("@key", prompt.Key));
            var hash = await PromptContents.KeepAsync(session, prompt);
            session.Tell(StoreChange.Prompt, prompt.Key);
            if (newest == 0 || (await VersionAsync(session, prompt.Key, newest))!.Hash != hash) await AddVersionAsync(session, prompt, ++newest, hash);
            return (await VersionAsync(session, prompt.Key, newest))!;
        }, cancellationToken);
    }

    public Task<bool> LabelAsync(string id, string label, int? version, CancellationToken cancellationToken)
    {
        if (label.All(char.IsAsciiDigit)) return Task.FromException<bool>(StoreErrors.Label(label));
        return database.WriteAsync(async session =>
        {
            if (await ResolveAsync(session, id) is not { } name || version < 1 || version > name.Newest) return false;
            if (version is { } number) await session.ExecuteAsync(PromptSql.SetLabel, ("@key", name.Key), ("@label", label), ("@version", (long)number));
            else await session.ExecuteAsync(PromptSql.RemoveLabel, ("@key", name.Key), ("@label", label));
            session.Tell(StoreChange.Prompt, name.Key);
            return true;
        }, cancellationToken);
    }

    public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (after, words) = (PageCursor.Parse(query.After), LikePatterns.Words(query.Query));
        return database.ReadAsync(async session =>
        {
            var rows = await session.QueryAsync(PromptSql.List, row => (Prompt: Read(row), SavedAt: row.GetInt64(8)),
                ("@time", after.Time), ("@name", after.Name), ("@tag", LikePatterns.Item(query.Tag)),
                ("@word1", words[0]), ("@word2", words[1]), ("@word3", words[2]), ("@word4", words[3]), ("@limit", query.Limit + 1L));
            var page = new List<Prompt>(rows.Count);
            foreach (var (prompt, _) in rows.Take(query.Limit)) page.Add(await LabelledAsync(session, prompt));
            return new Page<Prompt>(page, rows.Count > query.Limit ? new PageCursor(rows[query.Limit - 1].SavedAt, page[^1].Key).ToString() : null);
        }, cancellationToken);
    }

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(async session => await session.QueryAsync(PromptSql.Keys, row => row.GetString(0)), cancellationToken);

    private static async Task<Name?> ResolveAsync(SqlSession session, string id) =>
        await session.QueryAsync(PromptSql.Resolve, row => new Name(row.GetString(0), row.GetString(1), row.GetInt64(2)), ("@id", id)) is [var name] ? name : null;

    private static async Task<Prompt?> VersionAsync(SqlSession session, string key, long version) =>
        await session.QueryAsync(PromptSql.Find, Read, ("@key", key), ("@version", version)) is [var prompt] ? await LabelledAsync(session, prompt) : null;

    private static async Task<Prompt> LabelledAsync(SqlSession session, Prompt prompt) =>
        prompt with { Labels = await session.QueryAsync(PromptSql.Labels, row => row.GetString(0), ("@key", prompt.Key), ("@version", (long)prompt.Version!)) };

    private async Task<Name> CreateAsync(SqlSession session, Prompt prompt)
    {
        var free = prompt.Id is { Length: > 0 } && await ResolveAsync(session, prompt.Id) is null;
        var name = new Name(prompt.Key, free ? prompt.Id! : Ids.NewPrompt(), 0);
        await session.ExecuteAsync(PromptSql.Insert, ("@key", name.Key), ("@id", name.Id), ("@savedAt", time.GetUtcNow().ToUnixTimeMilliseconds()));
        await session.ExecuteAsync(PromptSql.InsertId, ("@id", name.Id), ("@key", name.Key));
        return name;
    }

    private async Task AddVersionAsync(SqlSession session, Prompt prompt, long version, string hash)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await session.ExecuteAsync(PromptSql.InsertVersion,
            ("@key", prompt.Key), ("@version", version), ("@hash", hash), ("@createdAt", now), ("@author", prompt.Author), ("@note", prompt.Note),
            ("@search", $"{prompt.Key}\n{prompt.Title}\n{prompt.Description}".ToLowerInvariant()), ("@tags", LikePatterns.Items(prompt.Tags)));
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
